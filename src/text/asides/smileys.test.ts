import { describe, expect, it } from 'vitest';
import { toSpokenText } from '../spoken-text.ts';

describe('smileys', () => {
  it.each([
    ['Great :-)', 'Great'],
    ['Great :)', 'Great'],
    ['Fine ;) ok', 'Fine ok'],
    ['Ha :D', 'Ha'],
    ['So :-P there', 'So there'],
    ['Love it <3', 'Love it'],
    ['I love you <3 so much', 'I love you so much'],
    ['Cute ^_^', 'Cute'],
    ['Dunno ¯\\_(ツ)_/¯', 'Dunno'],
    ['Nice one:)', 'Nice one'],
    ['I like it!!! :))) ok', 'I like it!!! ok'],
    ["Hm :-/ and :| and :'( so", 'Hm and and so'],
    ['>:( no', 'no'],
    ['Bye :-*', 'Bye'],
    ["XD that's funny xD", "that's funny"],
    ['(•‿•) Hi (ᵔᴥᵔ)', 'Hi'],
    ['Hi (✿◠‿◠) ヾ(＾∇＾)', 'Hi'],
    ['ʕ•ᴥ•ʔ ٩(◕‿◕)۶ ಠ_ಠ hi', 'hi'],
    ['(╯°□°)╯︵ ┻━┻ calm down', 'calm down'],
    ['Well (^_^) ok (T_T)', 'Well ok'],
    ['o_O wow -_- ok >_<', 'wow ok'],
    ['\\o/ yes', 'yes'],
    [':smile: Hi :thumbsup: there', 'Hi there'],
    ['He said: "hi" ;-)', 'He said: "hi"'],
    ['Good 👍🏽 job ☀️', 'Good job'],
    ['Ok (: bye', 'Ok bye'],
    [':-) :) ;) <3 :D', ''],
    ['^_^', ''],
    ['¯\\_(ツ)_/¯', ''],
    ['🎉🎉 :-) ...', ''],
    ['(づ｡◕‿‿◕｡)づ', ''],
  ])('says %j', (text, spoken) => {
    expect(toSpokenText(text, 'en')).toBe(spoken);
  });
});

describe('what looks like a smiley', () => {
  it.each([
    'At 10:30, or a:b.',
    'The ratio 3:D is odd.',
    'Note:this is it.',
    'C:/Users is a folder.',
    '8) and (see page 8)',
    'Options: (a) one, (b) two.',
    'The function f(x) is odd.',
    'Map scale 1:1000 and 3:2 (aspect).',
    'He has (8) of them.',
  ])('keeps %j', (text) => {
    expect(toSpokenText(text, 'en')).toBe(text);
  });
});
