import { generateKeyPair } from "#shared/security/keys.ts";
import { say } from "./say.ts";

/** A new ed25519 pair for the edge or the node, printed once and kept nowhere. */
const { publicKey, privateKey } = await generateKeyPair();
say(`public key   ${publicKey}`);
say(`private key  ${privateKey}`);
