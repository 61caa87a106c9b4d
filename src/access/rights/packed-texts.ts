/** What a text takes on average at most, with its name: what all of them may take follows from how many there may be. */
const bytesOfText = 512;

const bytesOfPiece = 1 << 18;

/** A sweep leaves half of a piece at most, so there is room for any text after one. */
const bytesOfLongest = bytesOfPiece / 2;

/** Before each text: the hash of its name, its bytes with these, the characters of its name, and its marks. */
const header = { hash: 0, bytes: 4, nameLength: 8, marks: 10, length: 11 } as const;

const marks = { used: 1, wide: 2 } as const;

/** A piece of memory, filled from its beginning. */
interface Piece {
  readonly buffer: Buffer;
  filled: number;
}

/**
 * Very many short texts by their names, in a few pieces of memory outside V8's heap: in a map of strings they take a third as
 * much again, and V8 goes through all of them at each collection.
 *
 * It forgets some when there are too many, or when they take too much memory together: the piece that has been left alone
 * for the longest time is swept. It keeps what was asked for since it was swept last, as long as that is no more than half
 * of it. Two names of one hash drive each other out.
 */
export class PackedTexts {
  private readonly pieces: Piece[] = [];
  private readonly mostPieces: number;
  /** The piece that is being filled. */
  private filling = -1;
  /** By the hashes of names: where the text begins. */
  private readonly places = new Map<number, number>();

  /** @param size how many texts there are at most */
  constructor(private readonly size: number) {
    this.mostPieces = Math.ceil((size * bytesOfText) / bytesOfPiece) + 1;
  }

  /** How many texts there are. */
  get count(): number {
    return this.places.size;
  }

  /** How much memory the texts take, in bytes. */
  get bytes(): number {
    return this.pieces.length * bytesOfPiece;
  }

  /** The text under a name, if it is remembered. */
  get(name: string): string | undefined {
    const place = this.places.get(hashOf(name));
    if (place === undefined) return undefined;
    const { buffer } = this.pieceAt(place);
    const at = place % bytesOfPiece;
    const named = namedTextAt(buffer, at);
    if (buffer.readUInt16LE(at + header.nameLength) !== name.length || !named.startsWith(name))
      return undefined;
    buffer[at + header.marks] = markAt(buffer, at) | marks.used;
    return named.slice(name.length);
  }

  /** Remembers a text under a name; a very long one is not. */
  set(name: string, text: string): void {
    const hash = hashOf(name);
    const named = name + text;
    const isWide = !latin1.test(named);
    const bytes = header.length + named.length * (isWide ? 2 : 1);
    this.places.delete(hash);
    if (bytes > bytesOfLongest) return;
    while (this.places.size >= this.size) this.sweepNext();
    const piece = this.pieceWithRoom(bytes);
    const { buffer, filled: at } = piece;
    buffer.writeInt32LE(hash, at + header.hash);
    buffer.writeUInt32LE(bytes, at + header.bytes);
    buffer.writeUInt16LE(name.length, at + header.nameLength);
    buffer[at + header.marks] = isWide ? marks.wide : 0;
    buffer.write(named, at + header.length, isWide ? 'utf16le' : 'latin1');
    this.places.set(hash, this.filling * bytesOfPiece + at);
    piece.filled += bytes;
  }

  /** Forgets the text under a name. */
  delete(name: string): void {
    if (this.get(name) !== undefined) this.places.delete(hashOf(name));
  }

  private pieceAt(place: number): Piece {
    const piece = this.pieces[Math.floor(place / bytesOfPiece)];
    if (!piece) throw new Error('there is no such piece');
    return piece;
  }

  private pieceWithRoom(bytes: number): Piece {
    const filling = this.pieces[this.filling];
    if (filling && filling.filled + bytes <= bytesOfPiece) return filling;
    if (this.pieces.length === this.mostPieces) return this.sweepNext();
    const piece = { buffer: Buffer.allocUnsafeSlow(bytesOfPiece), filled: 0 };
    this.filling = this.pieces.push(piece) - 1;
    return piece;
  }

  /** Makes room in the piece after the one that is being filled, which is filled next. */
  private sweepNext(): Piece {
    this.filling = (this.filling + 1) % this.pieces.length;
    const start = this.filling * bytesOfPiece;
    const piece = this.pieceAt(start);
    const { buffer, filled } = piece;
    let kept = 0;
    for (let at = 0, bytes = 0; at < filled; at += bytes) {
      bytes = buffer.readUInt32LE(at + header.bytes);
      const hash = buffer.readInt32LE(at + header.hash);
      if (this.places.get(hash) !== start + at) continue;
      const mark = markAt(buffer, at);
      if ((mark & marks.used) === 0 || kept + bytes > filled / 2) {
        this.places.delete(hash);
        continue;
      }
      buffer[at + header.marks] = mark & ~marks.used;
      buffer.copyWithin(kept, at, at + bytes);
      this.places.set(hash, start + kept);
      kept += bytes;
    }
    piece.filled = kept;
    return piece;
  }
}

const latin1 = /^[\0-\xff]*$/;

/** The name and the text that stand at a place. */
function namedTextAt(buffer: Buffer, at: number): string {
  const end = at + buffer.readUInt32LE(at + header.bytes);
  const encoding = (markAt(buffer, at) & marks.wide) === 0 ? 'latin1' : 'utf16le';
  return buffer.toString(encoding, at + header.length, end);
}

function markAt(buffer: Buffer, at: number): number {
  return buffer.readUInt8(at + header.marks);
}

/** FNV-1a, of a name's characters. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5 | 0;
  for (let index = 0; index < name.length; index += 1)
    hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return hash;
}
