// Runs before the first paint, so that a chosen theme never flashes and a page read from right to left never jumps.
(function () {
  var root = document.documentElement;
  var theme = null;
  var own = null;
  try {
    if (localStorage.getItem("hubbub.direction") === "rtl") root.dir = "rtl";
    theme = localStorage.getItem("hubbub.theme");
    own = JSON.parse(localStorage.getItem("hubbub.colours"));
  } catch (error) {
    // Storage may be off; then the system's theme it is.
  }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else if (theme !== "system" && own && own.colours) {
    root.dataset.theme = "custom";
    root.style.setProperty("color-scheme", own.dark ? "dark" : "light");
    Object.keys(own.colours).forEach(function (name) {
      // SECURITY: only colours of ours, whatever the storage holds.
      if (/^--[a-z-]+$/.test(name) && /^#[0-9a-f]{6}$/.test(own.colours[name])) root.style.setProperty(name, own.colours[name]);
    });
  }
})();
