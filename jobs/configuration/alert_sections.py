"""Who is told, and by which mail server: `[alerts]`, `[smtp]`."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from jobs.configuration.section import Section, Texts


class AlertSettings(Section):
    """Who is told, and of what."""

    recipients: Texts = Field(
        default=(),
        description="addresses, until the pages name recipients; empty: alerts stay on the pages",
    )
    sender: Annotated[str, Field(alias="from", description="address the mail comes from")] = (
        "blemish@localhost"
    )
    max_age_hours: float = Field(
        default=72.0,
        gt=0,
        description="a signal on an older part is shown on the pages but not mailed",
    )
    base_url: str = Field(
        default="http://127.0.0.1:8050", description="address of the pages, for the links in mails"
    )
    digest: bool = Field(
        default=True, description="whether the first run of each plant day mails a digest"
    )
    digest_recipients: Texts = Field(
        default=(), description="addresses that get the digest; empty: those of the alerts"
    )
    failure_recipients: Texts = Field(
        default=(),
        description="addresses that hear of failed and missing runs; empty: those of the alerts",
    )

    @model_validator(mode="after")
    def _addresses(self) -> "AlertSettings":
        everybody = (*self.recipients, *self.digest_recipients, *self.failure_recipients)
        for address in (*everybody, self.sender):
            if not address.isprintable() or " " in address or address.count("@") != 1:
                raise ValueError(f"{address!r} is not a mail address")
        return self


class SmtpSettings(Section):
    """The mail server."""

    host: str = Field(
        default="", description="empty: mails are kept in the outbox and shown as pending"
    )
    port: int = Field(default=587, ge=1, le=65_535, description="587 starttls, 465 tls, 25 none")
    security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="none: plain text"
    )
    ca_file: str = Field(
        default="",
        description="PEM file of a certificate authority to trust besides those of this machine",
    )
    user: str = Field(default="", description="empty: no login; needs an encrypted line")
    password_env: str = Field(
        default="BLEMISH_SMTP_PASSWORD",
        description="environment variable that holds the password; it never stands in this file",
    )
    timeout_seconds: float = Field(
        default=20.0, gt=0, le=600, description="patience with the server"
    )

    @model_validator(mode="after")
    def _password_goes_encrypted(self) -> "SmtpSettings":
        here = self.host in {"localhost", "127.0.0.1", "::1"}
        if self.user and self.security == "none" and not here:
            raise ValueError(
                "user with security 'none' would send the password unencrypted; "
                "set security to 'starttls' or 'tls', or user to nothing"
            )
        return self
