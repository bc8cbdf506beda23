// An OpenID provider for tests: node server.mjs PORT. Whoever signs in under a name is that person, whatever the password.
//
// Clients register themselves (POST /reg). Keys are made at the start, so a restart is a change of keys.

import { generateKeyPairSync, randomBytes } from "node:crypto";
import Provider from "oidc-provider";

const port = Number(process.argv[2]);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), kid: randomBytes(8).toString("hex"), use: "sig", alg: "RS256" };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: [key] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["name", "given_name", "family_name", "preferred_username"],
  },
  features: { registration: { enabled: true }, devInteractions: { enabled: true } },
  pkce: { required: () => true },
  findAccount: (_context, name) => ({
    accountId: name,
    claims: () => ({
      sub: name,
      email: `${name}@corp.example`,
      email_verified: true,
      name: `${name} Berg`,
      preferred_username: name,
    }),
  }),
});
provider.listen(port, "127.0.0.1", () => console.log("ready"));
