"""The files of docs/deploy in front of the served pages: nginx and Caddy themselves, with TLS."""

import http.client
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

NAME = "blemish.plant.example"
PASSWORD = "four words nobody expects"
CALLBACKS = "/_dash-update-component"
SECONDS = 60


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def until_listening(process, port):
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nothing listens on {port}: {process.args}")


def ended(process):
    process.send_signal(signal.SIGTERM)
    try:
        return process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class Browser:
    """Asks a server at a port of this machine under the name of the plant."""

    port: int
    certificate: str | None
    source: str = "127.0.0.1"
    cookie: str = ""

    def ask(self, method, path, body=None, **headers):
        context = ssl.create_default_context(cafile=self.certificate) if self.certificate else None
        link = (
            http.client.HTTPSConnection(NAME, self.port, context=context, timeout=SECONDS)
            if context
            else http.client.HTTPConnection(NAME, self.port, timeout=SECONDS)
        )
        link._create_connection = lambda *_: socket.create_connection(
            ("127.0.0.1", self.port), SECONDS, (self.source, 0)
        )
        sent = {name.replace("__", "-"): value for name, value in headers.items()}
        if self.cookie:
            sent["Cookie"] = self.cookie
        try:
            link.request(method, path, body=body, headers=sent)
            answer = link.getresponse()
            found = Answer(answer.status, answer.headers, answer.read().decode("utf-8", "replace"))
        finally:
            link.close()
        return found


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    made = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run([*command.split(), *made, *files], check=True, capture_output=True)
    return folder


def nginx(text, folder, tls, ports):
    """Write the site's file into the frame that a distribution has around it."""
    pages, plain, secure = ports
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;"),
        ("/etc/ssl/blemish/", f"{tls}/"),
        ("127.0.0.1:8050", f"127.0.0.1:{pages}"),
    ):
        assert old in text
        text = text.replace(old, new)
    paths = "\n".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    frame = (
        f"pid {folder}/pid;\nerror_log stderr warn;\ndaemon off;\nmaster_process off;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{paths}\n{text}\n}}\n"
    )
    (folder / "nginx.conf").write_text(frame)
    command = ["nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr
    return command


def caddy(text, folder, tls, ports):
    pages, plain, secure = ports
    named = f"{NAME} {{\n"
    assert named in text
    text = text.replace(
        named, f"{named}\tbind 127.0.0.1\n\ttls {tls}/fullchain.pem {tls}/key.pem\n"
    )
    text = text.replace("127.0.0.1:8050", f"127.0.0.1:{pages}")
    head = f"{{\n\tadmin off\n\thttp_port {plain}\n\thttps_port {secure}\n\tstorage file_system {folder}\n}}\n"
    (folder / "Caddyfile").write_text(head + text)
    checked = subprocess.run(
        ["caddy", "validate", "--config", str(folder / "Caddyfile")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    return ["caddy", "run", "--config", str(folder / "Caddyfile")]


PROXIES = {"nginx": ("nginx.conf", nginx), "caddy": ("Caddyfile", caddy)}
# What a proxy with a login of its own puts in the place of the empty name.
NAMED = {
    "nginx": ('X-Forwarded-User "";', 'X-Forwarded-User "QE Four";'),
    "caddy": ("header_up -X-Forwarded-User", 'header_up X-Forwarded-User "QE Four"'),
}


@pytest.fixture(params=PROXIES)
def proxy(request, tmp_path, repository, pages, certificate):
    """Starts a proxy with its file of docs/deploy; `named`: it has logged in QE Four."""
    name = request.param
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    file, fitted = PROXIES[name]
    started = []

    def start(*, named=False):
        text = (repository / "docs" / "deploy" / file).read_text("utf-8")
        if named:
            assert NAMED[name][0] in text
            text = text.replace(*NAMED[name])
        plain, secure = free_port(), free_port()
        command = fitted(text, tmp_path, certificate, (pages[0], plain, secure))
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
        process = subprocess.Popen(
            [shutil.which(command[0]), *command[1:]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        started.append(process)
        until_listening(process, secure)
        return Browser(secure, str(certificate / "fullchain.pem")), Browser(plain, None)

    yield start
    for process in started:
        ended(process)


def form_token(answer):
    return re.search(r'name="form_token" value="(\w+)"', answer.text)[1]


def cookies_of(answer):
    return {one.split("=", 1)[0]: one for one in answer.headers.get_all("Set-Cookie", [])}


def logged_in(browser):
    """Log in by the form; return the session's cookie as it was set."""
    form = browser.ask("GET", "/login")
    nonce = cookies_of(form)["__Host-blemish_form"]
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(nonce.split("; "))
    browser.cookie = nonce.split(";")[0]
    fields = {"form_token": form_token(form), "name": "QE Four", "password": PASSWORD}
    answer = browser.ask(
        "POST",
        "/login",
        urlencode(fields),
        Content__Type="application/x-www-form-urlencoded",
        Origin=f"https://{NAME}:{browser.port}",
    )
    assert (answer.status, answer.headers["Location"]) == (303, "/"), answer.text
    session = cookies_of(answer)["__Host-blemish_session"]
    browser.cookie = session.split(";")[0]
    return session


def test_the_pages_behind_a_proxy_with_tls(proxy, pages):
    browser, plain = proxy()
    led = plain.ask("GET", "/parts")
    assert led.status in {301, 308}
    assert led.headers["Location"].startswith(f"https://{NAME}")

    first = browser.ask("GET", "/")
    assert (first.status, first.headers["Location"]) == (302, "/login?next=%2F")
    assert "max-age=" in first.headers["Strict-Transport-Security"]

    session = logged_in(browser)
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(session.split("; "))
    page = browser.ask("GET", "/")
    assert page.status == 200
    assert page.headers["Cache-Control"] == "no-store"
    token = re.search(r'name="blemish-page" content="(\w+)"', page.text)[1]

    post = {"Content__Type": "application/json", "X__Blemish__Page": token}
    ours = f"https://{NAME}:{browser.port}"
    # Of our own page: Dash itself looks at it, and finds nothing in it.
    assert browser.ask("POST", CALLBACKS, "{}", Origin=ours, **post).status == 400
    foreign = ("https://evil.example", "null", f"http://{NAME}:{browser.port}", f"https://{NAME}")
    for origin in foreign:
        answer = browser.ask("POST", CALLBACKS, "{}", Origin=origin, **post)
        assert answer.status == 403, origin
    crossed = browser.ask(
        "POST", CALLBACKS, "{}", Origin=ours, Sec__Fetch__Site="cross-site", **post
    )
    assert crossed.status == 403
    bare = browser.ask("POST", CALLBACKS, "{}", Origin=ours, Content__Type="application/json")
    assert (bare.status, "reload" in bare.text) == (403, True)

    # Nothing here speaks anything but requests and answers.
    for path in ("/", "/_dash-ws-callback"):
        upgraded = browser.ask(
            "GET", path, Connection="Upgrade", Upgrade="websocket", Sec__WebSocket__Version="13",
            Sec__WebSocket__Key="dGhlIHNhbXBsZSBub25jZQ==",
        )  # fmt: skip
        assert upgraded.status != 101
    # Caddy says 502 where the body is refused while it is still being passed on.
    too_big = browser.ask("POST", CALLBACKS, "x" * 5_000_000, Origin=ours, **post)
    assert too_big.status in {413, 502}
    assert 400 <= browser.ask("GET", f"/parts?x={'a' * 100_000}").status < 500


def test_nobody_names_a_person_or_an_address_but_the_proxy(proxy, pages):
    browser, _ = proxy()
    for name in ("X__Forwarded__User", "X_Forwarded_User", "x__forwarded__user"):
        assert browser.ask("GET", "/", **{name: "QE Four"}).status == 302, name
    # Not from the stated address, but from another one of this machine.
    port, log = pages
    stranger, itself = Browser(port, None, source="127.0.0.2"), Browser(port, None)
    assert stranger.ask("GET", "/", X__Forwarded__User="QE Four").status == 302
    assert itself.ask("GET", "/", X__Forwarded__User="QE Four").status == 200
    assert itself.ask("GET", "/", X__Forwarded__User="somebody").status == 302
    # What a client says of its own address is not believed.
    form = browser.ask("GET", "/login", X__Forwarded__For="203.0.113.7")
    browser.cookie = cookies_of(form)["__Host-blemish_form"].split(";")[0]
    fields = {"form_token": form_token(form), "name": "QE Four", "password": "wrong"}
    answer = browser.ask(
        "POST", "/login", urlencode(fields), X__Forwarded__For="203.0.113.7",
        Content__Type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert answer.status == 403
    said = log.read_text()
    assert "login of 'QE Four' from 127.0.0.1 refused" in said
    assert "203.0.113.7" not in said


def test_a_proxy_with_a_login_of_its_own_names_the_person(proxy):
    browser, _ = proxy(named=True)
    for claimed in ({}, {"X__Forwarded__User": "Mallory"}):
        page = browser.ask("GET", "/account", **claimed)
        assert page.status == 200
        assert "QE Four" in page.text
        assert "Mallory" not in page.text
        assert "login names you" in page.text
