// Runs before the first paint, so that a chosen theme never flashes.
(function () {
  var theme = null;
  try {
    theme = localStorage.getItem("hubbub.theme");
  } catch (error) {
    // Storage may be off; then the system's theme it is.
  }
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
})();
