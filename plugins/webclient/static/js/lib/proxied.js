// Pictures of other sites come through the server's proxy only: those sites don't learn who reads.

import { href } from "./router.js";
import { state } from "./store.js";

const PROXY = "/api/v4/image?url=";

/** Return where a picture of another server can be had from this one, null when there is no image proxy. */
export function proxied(url) {
  if (state.config.HasImageProxy !== "true") return null;
  const already = url.indexOf(PROXY);
  if (already >= 0) return href(url.slice(already));
  return /^https?:/i.test(url) ? href(PROXY + encodeURIComponent(url)) : null;
}
