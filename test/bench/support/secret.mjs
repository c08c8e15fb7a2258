export const SECRET = 'a secret of more than thirty-two bytes, for benchmarks alone'
