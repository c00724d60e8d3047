import { describe, expect, it } from 'vitest';
import { compilePath, type Json, type Scope, unknown, unknownDraws } from './index.ts';

const document: Json = {
  'dashed-key': 1,
  "it's": 2,
  none: null,
  list: [10, 20, 30, 40],
  nested: { a: { b: [{ c: 1 }, { c: 2 }, { d: 3 }] } },
  books: [
    { title: 'A', price: 8, tags: ['x'], isbn: '1' },
    { title: 'B', price: 12, tags: ['x', 'y'] },
    { title: 'C', price: '9', owner: { age: 3 } },
  ],
  limit: 10,
  text: 'SBJ001',
};

const scope = (input: Json = document, more: Partial<Scope> = {}): Scope => ({
  input,
  context: () => ({ Execution: { Id: 'arn', Input: document, StartTime: unknown('start') } }),
  variables: (name) => (name === 'v' ? { x: [1, 2] } : undefined),
  draws: unknownDraws(),
  ...more,
});

describe('paths', () => {
  const rows: readonly [string, unknown][] = [
    ['$', document],
    ['$.dashed-key', 1],
    ["$['it\\'s']", 2],
    ['$["dashed-key"]', 1],
    ['$.none', null],
    ['$.list[0]', 10],
    ['$.list[-1]', 40],
    ['$.list[(@.length-1)]', 40],
    ['$.list[1:3]', [20, 30]],
    ['$.list[:2]', [10, 20]],
    ['$.list[-2:]', [30, 40]],
    ['$.list[::2]', [10, 30]],
    ['$.list[0,2]', [10, 30]],
    ['$.list[*]', [10, 20, 30, 40]],
    ['$.list.[1]', 20],
    ['$.list.length()', 4],
    ['$.list.max()', 40],
    ['$.nested.a.b[*].c', [1, 2]],
    ['$.nested..c', [1, 2]],
    ['$..price', [8, 12, '9']],
    ['$.nested.a.*', [[{ c: 1 }, { c: 2 }, { d: 3 }]]],
    ["$.books[0]['title','price']", { title: 'A', price: 8 }],
    ['$.books[*].missing', []],
    ['$.missing[*]', []],
    ['$.missing[1:].x', []],
    ['$.books[?(@.price > 9)].title', ['B']],
    ["$.books[?(@.price >= 8 && @.title != 'A')].title", ['B', 'C']],
    ["$.books[?(@.title == 'A' || @.title == 'C')].title", ['A', 'C']],
    ['$.books[?(@.title == B)].title', ['B']],
    ['$.books[?(@.price < $.limit)].title', ['A', 'C']],
    ['$.books[?(@.isbn)].title', ['A']],
    ['$.books[?(!@.isbn)].title', ['B', 'C']],
    ['$.books[?(@.price == 9)].title', ['C']],
    ['$.books[?(@.title =~ /[ab]/i)].title', ['A', 'B']],
    ["$.books[?(@.title in ['A', 'B'])].title", ['A', 'B']],
    ["$.books[?(@.title nin ['A', 'B'])].title", ['C']],
    ["$.books[?(@.tags contains 'y')].title", ['B']],
    ["$.books[?(@.tags subsetof ['x'])].title", ['A']],
    ['$.books[?(@.tags size 2)].title', ['B']],
    ['$.books[?(@.owner.age == 3)].title', ['C']],
    ['$..[?(@.c == 2)]', [{ c: 2 }]],
    ['$.nested[?(@.b)]', [{ b: [{ c: 1 }, { c: 2 }, { d: 3 }] }].slice(1)],
    ["$['dashed\\u002dkey']", 1],
    ["$.it\\'s", 2],
    ['$.nested.\\a.b[0].c', 1],
    ['$.list[-3:-1]', [20, 30]],
    ['$.list[1:-1]', []],
    ['$.list[:-1]', [10, 20, 30]],
    ['$.list[3:1]', []],
    ['$.list[9:]', []],
    ['$.list[-9:]', [10, 20, 30, 40]],
    ['$.list[3:0:-2]', [40, 20]],
    ['$.list[0,9,-1]', [10, 40]],
    ['$.list[ 0 , 1 ]', [10, 20]],
    ["$.nested['a']['b'][0]", { c: 1 }],
    ["$.books[*]['title','price'].length", []],
    [
      "$.books[1,2]['title','price']",
      [
        { title: 'B', price: 12 },
        { title: 'C', price: '9' },
      ],
    ],
    [
      "$..['title','price']",
      [
        { title: 'A', price: 8 },
        { title: 'B', price: 12 },
        { title: 'C', price: '9' },
      ],
    ],
    ["$..['c','d']", []],
    ['$..b[0]', [{ c: 1 }]],
    ['$..b..c', [1, 2]],
    ['$.books..age', [3]],
    ['$.list[*].x', []],
    ['$.none[*]', []],
    ['$.text[*]', []],
    ['$.[*].a.b[1].c', [2]],
    ['$.list.min()', 10],
    ['$.list.avg()', 25],
    ['$.list.sum()', 100],
    ['$.list.sum(1, $.limit)', 111],
    ['$.list.stddev()', Math.sqrt(125)],
    ['$.list.first()', 10],
    ['$.list.last()', 40],
    ['$.list.index(-2)', 30],
    ['$.list.append(50)', [10, 20, 30, 40, 50]],
    ['$.books[*].title.concat("-", $.text)', 'ABC-SBJ001'],
    ['$..c.sum()', 3],
    ['$.nested.keys()', ['a']],
    ['$.books[?(@.tags.length() > 1)].title', ['B']],
    ['$.books[?(@.price > $.list.first())].title', ['B']],
    ['$.books[?(@.price >= 8.0 && @.price <= 8)].title', ['A']],
    ["$.books[?(@.title != 'A')].title", ['B', 'C']],
    ["$.books[?(@.title <> 'A')].title", ['B', 'C']],
    ["$.books[?(@.price === '9')].title", ['C']],
    ['$.books[?(@.price === 9)].title', []],
    ["$.books[?(@.price !== '9')].title", ['A', 'B']],
    ["$.books[?(@.tags anyof ['y', 'z'])].title", ['B']],
    ["$.books[?(@.tags noneof ['y'])].title", ['A']],
    ['$.books[?(@.tags empty false)].title', ['A', 'B']],
    ['$.books[?(@.tags size 1)].title', ['A']],
    ["$.books[?('x' in @.tags)].title", ['A', 'B']],
    ["$.books[?(@.title contains 'A')].title", ['A']],
    ['$.books[?(!(@.isbn) && @.owner)].title', ['C']],
    ["$.books[?(@.title=='A'||@.title=='B'&&@.price==0)].title", ['A']],
    ["$.books[?((@.title=='A'||@.title=='B')&&@.price==12)].title", ['B']],
    ['$.books[?(@[\'title\'] == "B")].title', ['B']],
    ['$.books[?(@.title =~ /[^A]/)].title', ['B', 'C']],
    ['$.books[?(@.price =~ /1.*/)].title', ['B']],
    ['$.books[?(/a/i =~ @.title)].title', ['A']],
    ['$.list[?(@ > 20)]', [30, 40]],
    ['$.list[?(@ == $v.x[0])]', []],
    ['$.books[?(@.owner == {})].title', []],
    ['$.books[?(@.none == null)].title', []],
    ['$..[?(@.price == 12)].title', ['B']],
    ['$.text[?(@.a)]', []],
    ['$v.x[*]', [1, 2]],
    ['$v.x.length()', 2],
    ["$v['x'][0]", 1],
    ['$$.Execution', { Id: 'arn', Input: document, StartTime: unknown('start') }],
    ["$$['Execution']['Id']", 'arn'],
    ['$$.Execution.Id', 'arn'],
    ['$$.Execution.Input.list[0]', 10],
    ['$v', { x: [1, 2] }],
    ['$v.x[1]', 2],
    ['$$.Execution.StartTime', unknown('start')],
    ['$$.Execution.StartTime.below', unknown('start')],
    ['$$.Execution.StartTime[0]', unknown('start')],
    ['$$.Execution.StartTime[*]', unknown('start')],
  ];
  it.each(rows)('%s', (path, expected) => {
    expect(compilePath(path)(scope())).toEqual({ ok: true, value: expected });
  });

  const failures: readonly [string, string][] = [
    ['$.a', "Invalid path '$.a' : No results for path: $['a']"],
    ['$.nested.x.y', "Invalid path '$.nested.x.y' : Missing property in path $['nested']['x']"],
    ['$.list[9]', "Invalid path '$.list[9]' : Index out of bounds when evaluating path $['list'][9]"],
    [
      '$.text.length',
      "Invalid path '$.text.length' : Expected to find an object with property ['length'] in path $['text'] but found 'string'",
    ],
    ['$.constructor', "Invalid path '$.constructor' : No results for path: $['constructor']"],
    ['$.__proto__', "Invalid path '$.__proto__' : No results for path: $['__proto__']"],
    [
      '$.list.length',
      "Invalid path '$.list.length' : Expected to find an object with property ['length'] in path $['list'] but found 'array'",
    ],
    ['$nothing', "Invalid path '$nothing' : No results for path: $nothing"],
  ];
  it.each(failures)('%s fails', (path, cause) => {
    expect(compilePath(path)(scope())).toEqual({ ok: false, error: 'States.Runtime', cause });
  });

  it.each(['', 'a', '$.', '$..', '$[', "$['a", '$[?(', '$[?(@.a ==)]', '$.a()', '$[1', '$.a b', '$[(@.x)]'])(
    'reads %j as no path',
    (path) => {
      expect(compilePath(path)(scope())).toMatchObject({ ok: false, error: 'States.Runtime' });
    },
  );
});

describe('filters that cannot be decided', () => {
  it('give an unknown instead of a guess', () => {
    const hidden = unknown('role');
    const draws = unknownDraws();
    const list = [{ a: hidden, n: 1 }];
    expect(compilePath('$[?(@.a == 1)]')(scope(list, { draws }))).toEqual({ ok: true, value: hidden });
    expect(draws.reasons).toEqual(['role']);
    expect(compilePath('$[?(@.n == 1)]')(scope(list))).toEqual({ ok: true, value: list });
  });

  it('run no regular expression that can explode', () => {
    for (const pattern of ['\\p{Alpha}+', '(?i)a', 'a++', '\\Qa.b\\E', '[a[b]]', 'a\\z'])
      expect(compilePath(`$[?(@ =~ /${pattern}/)]`)(scope(['a']))).toMatchObject({ ok: true, value: {} });
    const evil = compilePath('$[?(@ =~ /(a+)+b/)]')(scope(['a'.repeat(60)]));
    expect(evil).toEqual({ ok: true, value: unknown('a regular expression that cannot be run safely') });
  });
});
