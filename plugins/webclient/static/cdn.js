// Runs first where the files come from a CDN: when one of them can't be loaded, isn't what it should be or doesn't come, the page
// is loaded once more with the site's own files, and so it goes on for an hour.
(function () {
  var cookie = document.currentScript.dataset.cookie;
  var base = document.documentElement.dataset.base || "/";
  var secure = location.protocol === "https:" ? "; secure" : "";
  function useOwnFiles() {
    document.cookie = cookie + "=1; path=" + base + "; max-age=3600; samesite=strict" + secure;
    // Without cookies the same would happen for ever.
    if (document.cookie.indexOf(cookie + "=1") >= 0) location.reload();
  }
  addEventListener("error", function (event) {
    if (event.target && /^(SCRIPT|LINK)$/.test(event.target.tagName)) useOwnFiles();
  }, true);
  setTimeout(function () {
    var app = document.getElementById("app");
    if (!app || !app.children.length) useOwnFiles();
  }, 10000);
})();
