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
  '":"read_write"',
  '":"read"',
  ',null,null,null,null,null,null,null',
  ',null,null,null',
  ',null,null',
  ',null',
];

const bytesOfAnId = 16;
const bytesOfAHash = 32;

const id = '"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"';
/** The base64 of 32 bytes; its last letter holds four bits of them, and two that are 0. */
const hash = '"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="';
const longForm = new RegExp([id, hash, ...pieces].join('|'), 'g');

/**
 * What an id, an id once more and a hash begin with in the short form. These characters and those of the pieces are nowhere in
 * JSON.
 */
const idMark = '\0';
const againMark = '\x1e';
const hashMark = '\x1f';
const markOf = new Map(pieces.map((piece, index) => [piece, String.fromCharCode(index + 1)]));
const pieceOf = ['', ...pieces];
const shortForm = new RegExp(
  [
    `[\\x01-${String.fromCharCode(pieces.length)}]`,
    `${idMark}[^]{${bytesOfAnId}}`,
    `${againMark}[^]`,
    `${hashMark}[^]{${bytesOfAHash}}`,
  ].join('|'),
  'g',
);

/** An id is named once more by its place among so many first ones, as one character. More would be searched for each id. */
const mostPlaces = 256;

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The same in fewer characters, mostly of one byte each. */
export function shortened(json: string): string {
  const ids: string[] = [];
  return json.replace(longForm, (long) => {
    const mark = markOf.get(long);
    if (mark !== undefined) return mark;
    return long.endsWith('="') ? shortHash(long) : shortId(long, ids);
  });
}

/** The JSON that a text was shortened from. */
export function lengthened(text: string): string {
  const ids: string[] = [];
  return text.replace(shortForm, (short) => {
    if (short.length === 1) return pieceOf[short.charCodeAt(0)] ?? '';
    if (short.startsWith(hashMark)) return longHash(short);
    if (short.startsWith(againMark)) return ids[short.charCodeAt(1)] ?? '';
    const long = longId(short);
    ids.push(long);
    return long;
  });
}

function shortHash(quoted: string): string {
  return hashMark + Buffer.from(quoted.slice(1, -1), 'base64').toString('latin1');
}

function longHash(short: string): string {
  return `"${Buffer.from(short.slice(1), 'latin1').toString('base64')}"`;
}

function shortId(quoted: string, ids: string[]): string {
  const place = ids.indexOf(quoted);
  if (place !== -1) return againMark + String.fromCharCode(place);
  if (ids.length < mostPlaces) ids.push(quoted);
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
