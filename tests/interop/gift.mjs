// Prints as JSON what another reader of GIFT makes of a file: node gift.mjs FOLDER FILE, where FOLDER has the reader in node_modules.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, file] = process.argv.slice(2);
const { parse } = createRequire(`${folder}/`)("gift-pegjs");
process.stdout.write(JSON.stringify(parse(readFileSync(file, "utf8"))));
