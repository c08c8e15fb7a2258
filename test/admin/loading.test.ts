import { expect, test } from 'vitest'
import { runChild } from '../support/run-child'

test('who does not import the admin loads none of it, nor of its renderer', async () => {
  expect(await runChild('loaded.cjs')).toEqual({ code: 0, stdout: '["function",0,"function",true]\n', stderr: '' })
})
