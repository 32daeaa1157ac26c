// Prints, as hexadecimal numbers, the first and the last of each range of characters that CompatibleForms.cs lists, a range a line:
// those that a compatible form (NFKC) or the other case makes ASCII of, even in part, and those that cannot be seen (which some
// servers leave out), controls and blanks. Node has its own copy of Unicode's data.
// Usage: node compatible-forms.mjs
const isAscii = text => /^[\0-\x7f]$/.test(text);
const isAlike = character =>
    /[\0-\x7f]/.test(character.normalize('NFKC'))
    || isAscii(character.toUpperCase())
    || isAscii(character.toLowerCase())
    || /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{White_Space}]/u.test(character);

let first = -1;
for (let point = 0x80; point <= 0x110000; point++) {
    const isListed = point < 0x110000 && !(point >= 0xd800 && point < 0xe000) && isAlike(String.fromCodePoint(point));
    if (isListed && first < 0) {
        first = point;
    } else if (!isListed && first >= 0) {
        console.log(`${first.toString(16)} ${(point - 1).toString(16)}`);
        first = -1;
    }
}
