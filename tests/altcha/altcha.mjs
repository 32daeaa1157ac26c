// Reads one JSON request and writes one JSON answer, by the public package alone, whose folder is the argument.
// { "solve": challenge } -> a payload in base64, as ALTCHA's widget puts it into its form field.
// { "verify": payload, "secret": text } -> what altcha-lib's own verifier says of it.
import { webcrypto } from 'node:crypto';
import { pathToFileURL } from 'node:url';

globalThis.crypto ??= webcrypto;

const load = (file) => import(pathToFileURL(`${process.argv[2]}/dist/esm/v2/${file}`).href);
const { solveChallenge, verifySolution } = await load('index.js');
const { deriveKey } = await load('algorithms/pbkdf2.js');
const { deriveHmacKeySecret } = await load('frameworks/shared.js');

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const request = JSON.parse(Buffer.concat(chunks).toString('utf8'));

if (request.solve) {
  const challenge = request.solve;
  const solution = await solveChallenge({ challenge, deriveKey });
  console.log(JSON.stringify(btoa(JSON.stringify({ challenge, solution }))));
} else {
  const { challenge, solution } = JSON.parse(atob(request.verify));
  const result = await verifySolution({
    challenge,
    solution,
    deriveKey,
    hmacSignatureSecret: request.secret,
    hmacKeySignatureSecret: await deriveHmacKeySecret(request.secret),
  });
  console.log(JSON.stringify(result));
}
