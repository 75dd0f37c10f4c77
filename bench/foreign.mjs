// Reads inclusion proofs, one JSON a line, and says of each whether sigstore's JavaScript believes it: one 0 or 1 a line.
// Run where `npm install @sigstore/verify` was run.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const require = createRequire(`${process.cwd()}/`);
const { dirname, join } = require("node:path");
const { verifyMerkleInclusion } = require(join(dirname(require.resolve("@sigstore/verify")), "tlog", "merkle.js"));
const bytes = (text) => Buffer.from(text, "base64");
const said = [];
for await (const line of createInterface({ input: process.stdin })) {
  const { entry, index, size, path, root } = JSON.parse(line);
  const proof = { inclusionProof: { logIndex: String(index), hashes: path.map(bytes) }, canonicalizedBody: bytes(entry) };
  try {
    verifyMerkleInclusion(proof, { logSize: BigInt(size), logHash: bytes(root) });
    said.push(1);
  } catch (error) {
    if (error.constructor.name !== "VerificationError" && !(error instanceof RangeError)) throw error;
    said.push(0);
  }
}
process.stdout.write(`${said.join("\n")}\n`);
