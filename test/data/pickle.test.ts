import { describe, expect, it } from 'vitest';
import { readPickle } from '../../src/data/pickle.ts';
import { publishedFiles } from './publishedForms.ts';

const pickle = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

describe('readPickle', () => {
  // Each was written by Python 3.11: pickle.dumps(value, protocol).
  it.each<[string, unknown]>([
    ['\x80\x02K\x05.', 5],
    ['\x80\x02J\xff\xff\xff\xff.', -1],
    ['\x80\x02\x8a\x05\x00\x00\x00\x00\x01.', 2 ** 32],
    ['\x80\x02G@\x09!\xfbTD-\x18.', Math.PI],
    ['\x80\x02]q\x00(K\x01\x88Ne.', [1, true, null]],
    ['\x80\x02K\x01X\x01\x00\x00\x00aq\x00\x86q\x01.', [1, 'a']],
    ['\x80\x02}q\x00X\x01\x00\x00\x00aq\x01K\x02s.', new Map([['a', 2]])],
    ['\x80\x04\x95\x09\x00\x00\x00\x00\x00\x00\x00C\x03abc\x94.', Uint8Array.of(97, 98, 99)],
    // Protocol 0, but for the line that remembers the list; and text of Python 2, which is bytes.
    ['(lI1\naI01\na.', [1, true]],
    ['\x80\x02U\x02hi.', Uint8Array.of(104, 105)],
  ])('reads %j', (text, value) => {
    expect(readPickle(pickle(text))).toEqual(value);
  });

  it.each([
    ['', 'it ends too early'],
    ['\x80\x09.', 'protocol 9 is not known'],
    ['.', 'a value is missing'],
    ['\x80\x02X\xff\xff\xff\xff', 'it ends too early'],
    ['\x80\x02cos\nsystem\n.', 'it names os.system, which is code'],
    ['\x80\x04\x8c\x02os\x8c\x06system\x93.', 'it names os.system, which is code'],
    ['\x80\x02cnumpy\nndarray\n.', 'it holds a name where a value belongs'],
    ['\x80\x02K\x01)R.', 'it calls something that is no array'],
    ['\x80\x02h\x07.', 'nothing was remembered as 7'],
    ['\x80\x02i.', 'the instruction "i" at byte 2 is none that data need'],
    ['\x80\x02]q\x00h\x00a.', 'its values lie too deep in each other'],
    ['\x80\x02e.', 'a mark is missing'],
  ])('refuses %j: %s', (text, problem) => {
    expect(() => readPickle(pickle(text))).toThrow(problem);
  });

  it('ends in good order for every way in which a real file can be cut off or changed by a byte', () => {
    const whole = publishedFiles('cifar-100-python').test ?? new Uint8Array(0);
    const head = whole.subarray(0, 400);
    for (let length = 0; length < head.length; length += 1) {
      expect(() => readPickle(head.subarray(0, length))).toThrow(Error);
    }
    for (let at = 0; at < head.length; at += 1) {
      const changed = Uint8Array.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0x55;
      try {
        readPickle(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        expect(error).not.toBeInstanceOf(RangeError);
      }
    }
  });
});
