// altcha's proof of work, version 2: find the counter whose derived key begins as the challenge says.
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const MOST = 100000;

self.addEventListener("message", async ({ data: challenge }) => {
  try {
    const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
    const prefix = bytes(nonce), password = new Uint8Array(prefix.length + 4);
    password.set(prefix);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
    for (let counter = 0; counter < MOST; counter += 1) {
      new DataView(password.buffer).setUint32(prefix.length, counter);
      const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
      const derived = hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, keyLength * 8)));
      if (derived.startsWith(keyPrefix)) return self.postMessage({ counter, derivedKey: derived });
    }
    self.postMessage(null);
  } catch {
    self.postMessage(null); // an old browser, or no secure context: one more click will do
  }
});
