/** What is said in most states, and is one character in the short form; what begins as another one does comes first. */
const pieces = [
  '"service_account"',
  '"human"',
  '"organization"',
  '"project"',
  '"api_key"',
  '"session"',
  '"oauth"',
  '"active"',
  ',null,null,null,null,null,null,null',
  ',null,null,null',
  ',null,null',
  ',null',
];

const bytesOfAnId = 16;

const id = '"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"';
const longForm = new RegExp([id, ...pieces].join('|'), 'g');

/** What an id begins with in the short form. This character and those of the pieces are nowhere in JSON. */
const idMark = '\0';
const markOf = new Map(pieces.map((piece, index) => [piece, String.fromCharCode(index + 1)]));
const pieceOf = ['', ...pieces];
const shortForm = new RegExp(
  `[\\x01-${String.fromCharCode(pieces.length)}]|${idMark}[^]{${bytesOfAnId}}`,
  'g',
);

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The same in fewer characters, mostly of one byte each. */
export function shortened(json: string): string {
  return json.replace(longForm, (long) => markOf.get(long) ?? shortId(long));
}

/** The JSON that a text was shortened from. */
export function lengthened(text: string): string {
  return text.replace(shortForm, (short) =>
    short.length === 1 ? (pieceOf[short.charCodeAt(0)] ?? '') : longId(short),
  );
}

function shortId(quoted: string): string {
  return idMark + Buffer.from(quoted.replace(/[-"]/g, ''), 'hex').toString('latin1');
}

/** Without a buffer: making one takes longer than all the rest. */
function longId(short: string): string {
  let long = '"';
  for (let at = 1; at <= bytesOfAnId; at += 1) {
    long += hexOf[short.charCodeAt(at)];
    if (at === 4 || at === 6 || at === 8 || at === 10) long += '-';
  }
  return `${long}"`;
}
