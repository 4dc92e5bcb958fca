// Verifies the signed statement behind the address in a licence's QR code: base45, CBOR, COSE_Sign1 with ES256.
// It calls no server; the same steps and codes as certificates/credentials/qr_statement.py.
const HeyiStatement = (() => {
  const SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  const LONGEST = 4000;
  const FIELDS = { 1: "code", 2: "name", 3: "name_sha256", 4: "registrar", 5: "issued_on", 6: "edition", 7: "serial", 8: "copy_number", 9: "sample" };
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  const unbase45 = (text) => {
    const bytes = [];
    for (let at = 0; at < text.length; at += 3) {
      const values = Array.from(text.slice(at, at + 3), (sign) => SIGNS.indexOf(sign));
      if (values.length === 1 || values.includes(-1)) throw new Error("base45");
      const number = values.reduce((sum, value, place) => sum + value * 45 ** place, 0);
      if (number >= 256 ** (values.length - 1)) throw new Error("base45");
      if (values.length === 3) bytes.push(number >> 8);
      bytes.push(number & 255);
    }
    return Uint8Array.from(bytes);
  };

  // The part of CBOR that a statement uses: integers, bytes, text, lists, maps, one tag, true and false.
  const uncbor = (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    const take = (length) => {
      if (at + length > bytes.length) throw new Error("cbor");
      at += length;
      return at - length;
    };
    // The shortest form only: a second way to write a number would be a second text that verifies.
    const atLeast = (number, least) => {
      if (number < least) throw new Error("cbor");
      return number;
    };
    const argument = (short) => {
      if (short < 24) return short;
      if (short === 24) return atLeast(view.getUint8(take(1)), 24);
      if (short === 25) return atLeast(view.getUint16(take(2)), 256);
      if (short === 26) return atLeast(view.getUint32(take(4)), 65536);
      if (short === 27) return atLeast(view.getBigUint64(take(8)), 4294967296n);
      throw new Error("cbor");
    };
    // The keys of a statement are small numbers, each once and in order.
    const map = (count, depth) => {
      const entries = Array.from({ length: count }, () => [value(depth), value(depth)]);
      if (entries.some(([key], place) => typeof key !== "number" || (place && key <= entries[place - 1][0]))) throw new Error("cbor");
      return new Map(entries);
    };
    const value = (depth) => {
      if (depth > 4) throw new Error("cbor");
      const head = view.getUint8(take(1));
      const kind = head >> 5;
      if (head === 0xf4 || head === 0xf5) return head === 0xf5;
      const number = argument(head & 31);
      if (kind === 0) return number;
      if (kind === 1) return -1 - Number(number);
      const count = Number(number);
      if (kind === 2 || kind === 3) {
        const from = take(count);
        const part = bytes.slice(from, from + count);
        return kind === 2 ? part : utf8.decode(part);
      }
      if (kind === 4) return Array.from({ length: count }, () => value(depth + 1));
      if (kind === 5) return map(count, depth + 1);
      if (kind === 6) return { tag: count, value: value(depth + 1) };
      throw new Error("cbor");
    };
    const whole = value(0);
    if (at !== bytes.length) throw new Error("cbor");
    return whole;
  };

  const head = (kind, length) => (length < 24 ? [(kind << 5) | length] : length < 256 ? [(kind << 5) | 24, length] : [(kind << 5) | 25, length >> 8, length & 255]);
  const string = (kind, bytes) => [...head(kind, bytes.length), ...bytes];

  const parse = (fragment) => {
    const signed = uncbor(unbase45(decodeURIComponent(fragment)));
    const [protectedHeader, unprotected, payload, signature] = signed.value;
    const header = uncbor(protectedHeader);
    if (signed.tag !== 18 || signed.value.length !== 4 || unprotected.size !== 0) throw new Error("cose");
    if (header.size !== 2 || header.get(1) !== -7 || header.get(4).length !== 8) throw new Error("cose");
    return { protectedHeader, payload, signature, kid: hex(header.get(4)) };
  };

  // With s, n - s verifies as well, where n is the order of the curve: only the lower one is accepted.
  const HALF_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n / 2n;
  const lowS = (signature) => signature.length === 64 && BigInt(`0x${hex(signature.slice(32))}`) <= HALF_ORDER;

  const holds = async (signed, address, row) => {
    const curve = { name: "ECDSA", namedCurve: "P-256" };
    const { kty, crv, x, y } = row;
    const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, curve, false, ["verify"]);
    const said = (text) => new TextEncoder().encode(text);
    const bytes = [0x84, ...string(3, said("Signature1")), ...string(2, signed.protectedHeader), ...string(2, said(address)), ...string(2, signed.payload)];
    return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signed.signature, Uint8Array.from(bytes));
  };

  const read = (payload, address) => {
    const values = uncbor(payload);
    if (values.get(0) !== 1) return { code: "statement.newer" };
    const statement = { address, token: address.slice(address.lastIndexOf("/") + 1) };
    for (const [key, name] of Object.entries(FIELDS)) {
      const value = values.get(Number(key));
      if (value !== undefined) statement[name] = value instanceof Uint8Array ? hex(value) : value;
    }
    for (const name of ["registrar", "serial"]) statement[name] = String(statement[name]);
    statement.issued_on = String(statement.issued_on).replace(/^(\d{4})(\d\d)(\d\d)$/, "$1-$2-$3");
    return { code: "valid", statement };
  };

  // `text` is the content of the QR code, `keys` the rows of /.well-known/heyi-keys.json. Returns {code, statement?}.
  const check = async (text, keys) => {
    const whole = text.trim();
    const mark = whole.indexOf("#");
    if (mark < 0 || mark === whole.length - 1) return { code: "statement.absent" };
    if (!globalThis.crypto || !crypto.subtle) return { code: "browser" };
    const address = whole.slice(0, mark);
    let signed;
    try {
      if (whole.length > LONGEST) throw new Error("long");
      signed = parse(whole.slice(mark + 1));
    } catch {
      return { code: "statement.unreadable" };
    }
    const row = keys.find((one) => one.kid === signed.kid && (one.purpose || "qr") === "qr");
    if (!row) return { code: "statement.unknown_key", kid: signed.kid };
    if (!lowS(signed.signature) || !(await holds(signed, address, row))) return { code: "statement.altered" };
    try {
      return read(signed.payload, address);
    } catch {
      return { code: "statement.unreadable" };
    }
  };

  const digest = async (name) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(name))));

  return { check, digest };
})();
