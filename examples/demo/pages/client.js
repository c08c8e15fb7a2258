// What a single-page app does with its tokens. They are kept in memory alone, and are gone with the page.
let pair = {}

document.querySelector('#login').addEventListener('submit', async (event) => {
  event.preventDefault()
  const answer = await send('POST', '/api/token', Object.fromEntries(new FormData(event.target)))
  if (answer) become(answer)
})
document.querySelector('#me').addEventListener('click', () => send('GET', '/me'))
document.querySelector('#refresh').addEventListener('click', async () => {
  const answer = await send('POST', '/api/token/refresh', { refresh: pair.refresh })
  if (answer) become(answer)
})
document.querySelector('#logout').addEventListener('click', () => send('POST', '/api/token/blacklist', { refresh: pair.refresh }))

function become(answer) {
  pair = { ...pair, ...answer }
  const { sub, sid } = JSON.parse(atob(pair.access.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')))
  document.querySelector('#who').textContent = `Logged in as the user with the id ${sub}, in the session ${sid}.`
}

/** Sends a request with the access token, shows the answer without any token, and returns it where it is good. */
async function send(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: {
      ...(body && { 'Content-Type': 'application/json' }),
      ...(pair.access && { Authorization: `Bearer ${pair.access}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const reason = /error_description="([^"]*)"/.exec(response.headers.get('WWW-Authenticate') ?? '')?.[1]
  const shown = [method, path, response.status, reason ?? text.replaceAll(/eyJ[\w.-]+/g, '…')].join(' ')
  const line = document.createElement('li')
  line.textContent = shown
  line.className = response.ok ? 'good' : 'bad'
  document.querySelector('#answers').append(line)
  return response.ok && text.startsWith('{') ? JSON.parse(text) : undefined
}
