// Lines for a terminal that try an integration.

const quoted = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;

/** A request with a JSON body. */
export const json = (address, body, headers = []) =>
  ["curl", ...["Content-Type: application/json", ...headers].map((one) => `-H ${quoted(one)}`), `-d ${quoted(JSON.stringify(body))}`, quoted(address)].join(" ");

/** A request with a form, or with the same in its address (`method` G). */
export const post = (address, values, method = "P") =>
  ["curl", ...(method === "G" ? ["-G"] : []), ...Object.entries(values).map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`), quoted(address)].join(" ");

export const get = (address, headers) => ["curl", ...headers.map((one) => `-H ${quoted(one)}`), quoted(address)].join(" ");
