// The wall screen: turns the slides, runs the clock, and comes back when the server does.
(function () {
  "use strict";

  const LOOK_EVERY = 10000;
  let at = 0;
  let turned = Date.now();
  let paused = false;
  let ahead = 0;
  let seenNow = "";
  let lostSince = null;

  function wall() {
    return document.querySelector(".kiosk");
  }

  function clock(moment, zone) {
    const options = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone };
    return new Intl.DateTimeFormat("en-GB", options).format(moment);
  }

  // As dashboard/clock.py says it.
  function age(seconds) {
    const units = [[86400, "d"], [3600, "h"], [60, "min"]];
    const unit = units.find(([size]) => seconds >= size);
    return unit ? Math.floor(seconds / unit[0]) + " " + unit[1] + " ago" : "just now";
  }

  function say(selector, words) {
    const place = wall().querySelector(selector);
    if (place.textContent !== words) {
      place.textContent = words;
    }
  }

  function showSlide() {
    const slides = wall().querySelectorAll(".k-slide");
    at = slides.length ? at % slides.length : 0;
    slides.forEach(function (slide, number) {
      slide.hidden = number !== at;
    });
  }

  function turn() {
    at += 1;
    turned = Date.now();
    showSlide();
  }

  function tick() {
    const shown = wall();
    document.documentElement.toggleAttribute("data-kiosk", Boolean(shown));
    if (!shown) {
      return;
    }
    const about = shown.dataset;
    if (about.now !== seenNow) {
      // The screen's own clock may be wrong; the server said what time it was.
      seenNow = about.now;
      ahead = Date.now() - Date.parse(about.now);
    }
    const now = Date.now() - ahead;
    say(".k-clock", clock(now, about.zone));
    if (about.facts) {
      const seconds = (now - Date.parse(about.facts)) / 1000;
      say(".k-age", "Data: " + age(seconds));
      shown.toggleAttribute("data-old", seconds > Number(about.stale));
    }
    say(".k-lost", lostSince ? "No answer from the server since " + clock(lostSince, about.zone) : "");
    if (!paused && Date.now() - turned >= 1000 * Number(about.rotate)) {
      turn();
    } else {
      showSlide();
    }
  }

  async function look() {
    if (!wall()) {
      return;
    }
    try {
      const answer = await fetch("/assets/favicon.svg", { method: "HEAD", cache: "no-store" });
      if (!answer.ok) {
        throw new Error(answer.statusText);
      }
      if (lostSince) {
        // It may be a newer one: start as it would.
        window.location.reload();
      }
    } catch (error) {
      lostSince = lostSince || Date.now() - ahead;
    }
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-kiosk]");
    if (button && button.dataset.kiosk === "next") {
      turn();
    } else if (button && button.dataset.kiosk === "pause") {
      paused = !paused;
      turned = Date.now();
      button.textContent = paused ? "Go on" : "Pause";
    }
  });

  // What is new is shown before it is painted: never all slides at once.
  new MutationObserver(tick).observe(document.documentElement, { childList: true, subtree: true });
  window.setInterval(tick, 1000);
  window.setInterval(look, LOOK_EVERY);
})();
