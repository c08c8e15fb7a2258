/**
 * The walk-through for bash. Its comments have neither quotes nor parentheses, and stand on lines of their own, since zsh
 * reads what is pasted into it without knowing comments.
 */
export function walkThrough({ base, url, folder }) {
  return `cd ${quoted(folder)}
BASE=${base}

# Log in.
PAIR=$(curl -s $BASE/api/token -H 'Content-Type: application/json' -d '{"username":"alice","password":"wonderland"}')
ACCESS=$(node -p 'JSON.parse(process.argv[1]).access' "$PAIR")
REFRESH=$(node -p 'JSON.parse(process.argv[1]).refresh' "$PAIR")

# The access token is accepted: 200.
curl -i -w '\\n\\n' $BASE/me -H "Authorization: Bearer $ACCESS"

# Log out: blacklist the refresh token, which ends its session: 200.
curl -i -w '\\n\\n' $BASE/api/token/blacklist -H 'Content-Type: application/json' -d '{"refresh":"'$REFRESH'"}'

# The same access token is refused: 401.
curl -i -w '\\n\\n' $BASE/me -H "Authorization: Bearer $ACCESS"

# And so is the refresh token: 401.
curl -i -w '\\n\\n' $BASE/api/token/refresh -H 'Content-Type: application/json' -d '{"refresh":"'$REFRESH'"}'

# Delete what expired more than a day ago. That is nothing yet, in a new database.
${flushCommand(url)}
`
}

function flushCommand(url) {
  // A password stays off the screen.
  if (/\/\/[^@/]*:[^@/]+@/.test(url)) return '# This needs the DATABASE_URL that npm start has.\nnpx passport-jwt-blacklist flush'
  return `DATABASE_URL=${quoted(url)} npx passport-jwt-blacklist flush`
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`
}
