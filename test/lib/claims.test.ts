import fc from 'fast-check'
import jwt from 'jsonwebtoken'
import { describe, expect, test } from 'vitest'
import {
  besideOf,
  chainOf,
  dateOf,
  digestOf,
  firstOfChain,
  furtherOf,
  holdsToken,
  idsOf,
  isChain,
  isStorable,
  jtiOf,
  newChain,
  newId,
  successorOf,
  userIdOf,
} from '../../lib/claims'
import { SECRET } from '../support/blacklist'
import { seeded, storable } from '../support/random'

describe('holdsToken', () => {
  const encoded = jwt.sign({ jti: 'j', roles: 'x'.repeat(300) }, SECRET)

  test.each([
    ['whole', encoded],
    ['in quotes', `"${encoded}"`],
    ['behind a name', `Authorization: Bearer ${encoded}`],
    ['behind a byte order mark', `\uFEFF${encoded}`],
    ['in JSON', JSON.stringify({ access: encoded })],
    ['without its signature', encoded.slice(0, encoded.lastIndexOf('.'))],
    ['cut off in its payload', encoded.slice(0, 255)],
    ['cut off in a long header', `eyJ${'x'.repeat(200)}`],
  ])('finds one %s', (_case, text) => {
    expect(holdsToken(text)).toBe(true)
  })

  test('takes no id for one', () => {
    for (const id of [newId(), newChain(), firstOfChain(newChain()), besideOf(newChain()), digestOf(encoded), 'eyJ', ''])
      expect(holdsToken(id)).toBe(false)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 190 }), (bytes) => !holdsToken(Buffer.from(bytes).toString('base64url'))),
      seeded(),
    )
  })
})

describe('isStorable', () => {
  test('accepts what every database can hold', () => {
    for (const text of ['a', 'J1', 'über', '日本', '😀', 'a b', 'x'.repeat(255), 'sha256:abc'])
      expect(isStorable(text)).toBe(true)
    fc.assert(fc.property(storable, isStorable), seeded())
  })

  test('refuses what a padding collation would hold for equal to another', () => {
    const padding = fc.constantFrom(' ', '\t', '\n', '\r', '\u00a0', '\u2003', '\ufeff', '\u0001', '\u007f', '\u0085')
    fc.assert(
      fc.property(storable, padding, (text, pad) => !isStorable(text + pad) && !isStorable(pad + text)),
      seeded(),
    )
  })

  test.each([
    ['nothing', ''],
    ['NUL', 'a\0b'],
    ['half a surrogate pair', 'a\ud800b'],
    ['more than 255 characters', 'x'.repeat(256)],
  ])('refuses %s', (_name, text) => {
    expect(isStorable(text)).toBe(false)
  })

  test('refuses what is not a string', () => {
    fc.assert(
      fc.property(
        fc.anything().filter((value) => typeof value !== 'string'),
        (value) => !isStorable(value),
      ),
      seeded(),
    )
  })
})

describe('successorOf', () => {
  test('counts a chain on', () => {
    const chain = newChain()
    const first = firstOfChain(chain)
    expect(chain).toMatch(/^[0-9a-f]{32}$/)
    expect(first).toBe(`${chain}.1`)
    expect(successorOf(first)).toBe(`${chain}.2`)
    expect(successorOf(`${chain}.9`)).toBe(`${chain}.10`)
    expect(successorOf(`${chain}.4294967296`)).toBe(`${chain}.4294967297`)
  })

  test('starts a chain at a jti of another form', () => {
    for (const jti of ['42', newId(), `${newId()}.0`, `${newId()}.01`, `${newId().toUpperCase()}x.1`, 'ü']) {
      const successor = successorOf(jti)
      expect(successor).toMatch(/^[0-9a-f]{32}\.2$/)
      expect(successorOf(jti)).toBe(successor)
      expect(successorOf(successor)).toBe(`${successor.slice(0, 32)}.3`)
    }
  })

  test('keeps a token that joined a session in it', () => {
    const chain = newChain()
    let member = besideOf(chain)
    const members = new Set([firstOfChain(chain)])
    for (let n = 0; n < 5; n++) {
      expect(chainOf(member)).toBe(chain)
      expect(isStorable(member)).toBe(true)
      members.add(member)
      expect(successorOf(member)).toBe(successorOf(member))
      member = successorOf(member)
    }
    expect(members.size).toBe(6)
    expect(besideOf(chain)).not.toBe(besideOf(chain))
  })

  test('gives different tokens different successors', () => {
    const own = fc
      .tuple(fc.stringMatching(/^[0-9a-f]{32}$/), fc.integer({ min: 1, max: 10 ** 10 }))
      .map(([chain, n]) => `${chain}.${n}`)
    const beside = fc.tuple(fc.stringMatching(/^[0-9a-f]{32}$/), fc.uuid()).map(([chain, id]) => `${chain}.${id}`)
    const jtis = fc.uniqueArray(fc.oneof(storable, own, beside), { minLength: 2, maxLength: 200 })
    fc.assert(
      fc.property(jtis, (all) => new Set(all.map(successorOf)).size === all.length),
      seeded(),
    )
  })

  test('is an id that the databases can hold, and never the token itself', () => {
    fc.assert(
      fc.property(storable, (jti) => isStorable(successorOf(jti)) && successorOf(jti) !== jti),
      seeded(),
    )
  })
})

test('looks ahead in a numbered chain, and in no other', () => {
  const chain = newChain()
  expect(furtherOf(`${chain}.3`).slice(0, 4)).toEqual([4, 5, 7, 11].map((number) => `${chain}.${number}`))
  expect(furtherOf(`${chain}.9999999990`).at(-1)).toBe(`${chain}.9999999998`)
  expect(furtherOf(firstOfChain(chain)).every((jti) => chainOf(jti) === chain)).toBe(true)
  const second = successorOf(besideOf(chain))
  expect(furtherOf(second)[0]).toBe(successorOf(second))
  expect(furtherOf(second).every((jti) => chainOf(jti) === chain)).toBe(true)
  for (const jti of [chain, newId(), besideOf(chain), 'foreign', `${chain}.9999999999`]) expect(furtherOf(jti)).toEqual([])
})

test('tells the ids of chains, their members and other tokens apart', () => {
  const chain = newChain()
  expect([chain, firstOfChain(chain), newId(), besideOf(chain)].map(isChain)).toEqual([true, false, false, false])
  expect([chain, newId(), `${newId()}.1`, `${chain}.`, `${chain}.0`, `${chain}.x`].map(chainOf)).toEqual(Array(6).fill(undefined))
  expect(chainOf(firstOfChain(chain))).toBe(chain)
})

describe('digestOf', () => {
  const encoded = jwt.sign({ sub: 'alice' }, SECRET)

  test('identifies a token by what is signed, whatever the signature', () => {
    const altered = `${encoded.slice(0, encoded.lastIndexOf('.'))}.AAAA`
    expect(digestOf(altered)).toBe(digestOf(encoded))
    expect(digestOf(jwt.sign({ sub: 'bob' }, SECRET))).not.toBe(digestOf(encoded))
    expect(isStorable(digestOf(encoded))).toBe(true)
  })

  test('stands in for a jti that is missing, not for one that is unusable', () => {
    expect(jtiOf({}, 'jti', encoded)).toBe(digestOf(encoded))
    expect(jtiOf({ jti: 'own' }, 'jti', encoded)).toBe('own')
    for (const jti of ['', null, 7, 'x '])
      expect(() => jtiOf({ jti }, 'jti', encoded)).toThrow(expect.objectContaining({ code: 'ERR_TOKEN_NO_JTI' }))
  })
})

test('asks for the session beside the jti, where it has an id that could be stored', () => {
  expect(idsOf({ jti: 'a', sid: 'b' }, { jtiClaim: 'jti' })).toEqual(['a', 'b'])
  expect(idsOf({ jti: 'a', sid: 7 }, { jtiClaim: 'jti' })).toEqual(['a', '7'])
  for (const sid of [undefined, null, '', ['b'], 'b\0']) expect(idsOf({ jti: 'a', sid }, { jtiClaim: 'jti' })).toEqual(['a'])
})

test('keeps a moment within what a DATETIME holds', () => {
  expect(dateOf(1_700_000_000).toISOString()).toBe('2023-11-14T22:13:20.000Z')
  expect(dateOf(1.2).toISOString()).toBe('1970-01-01T00:00:02.000Z')
  expect(dateOf(-5).toISOString()).toBe('1970-01-01T00:00:00.000Z')
  expect(dateOf(1_700_000_000_000).toISOString()).toBe('9999-12-31T23:59:59.000Z')
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (seconds) => /^\d{4}-/.test(dateOf(seconds).toISOString())),
    seeded(),
  )
})

test('takes a string or a number for a user, and nothing else', () => {
  expect(userIdOf('alice')).toBe('alice')
  expect(userIdOf(7)).toBe('7')
  for (const value of [undefined, null, '', ' alice', {}, [], true, Number.NaN, 'a\0']) expect(userIdOf(value)).toBeNull()
})
