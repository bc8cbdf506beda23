// A form with files on its way to the server: unlike fetch, XMLHttpRequest tells how far it is.

import { ApiError, BASE, requestHeaders, signedOut } from "./api.js";

/** Send a form; `tell` hears the part that is sent (0 to 1). Raises ApiError, with status 0 also when it is called off. */
export function send(path, form, { tell, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `${BASE}/api/v4${path}`);
    for (const [name, value] of Object.entries(requestHeaders("POST"))) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => event.lengthComputable && tell(event.loaded / event.total);
    request.onload = () => {
      const answer = parsed(request.responseText);
      if (request.status === 201 && answer?.file_infos?.length) resolve(answer);
      else reject(signedOut(new ApiError(request.status, answer)));
    };
    request.onerror = () => reject(new ApiError(0, null));
    request.onabort = request.onerror;
    signal.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
