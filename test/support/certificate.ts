import { createPrivateKey } from 'node:crypto'

/** Self-signed, for tests alone. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBpTCCAUugAwIBAgIUT3BkLwVGWlg7oYijR/j4vIXmEuowCgYIKoZIzj0EAwIw
JzElMCMGA1UEAwwccGFzc3BvcnQtand0LWJsYWNrbGlzdCB0ZXN0czAgFw0yNjEx
MjUwMzU2NDhaGA8yMTI2MTEwMTAzNTY0OFowJzElMCMGA1UEAwwccGFzc3BvcnQt
and0LWJsYWNrbGlzdCB0ZXN0czBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPQw
DdP6kzUIJvquL4NqFKEnCaOBRbpDJKgjK1eQWISacXBmSF2sShWbu8wZ3xJHboZN
tnNXSKhrOqf5KNDpnkijUzBRMB0GA1UdDgQWBBRTxxR6+M4KkqWP2WHroILZy3pX
NjAfBgNVHSMEGDAWgBRTxxR6+M4KkqWP2WHroILZy3pXNjAPBgNVHRMBAf8EBTAD
AQH/MAoGCCqGSM49BAMCA0gAMEUCIBoww2VIbDInK3EKh866nGsQRHA5Dw9rjATR
Qvgvl/ytAiEA3p+rYADRSXpcxCftXrDoSIW4l9Q/COX/cy8pZs70rWw=
-----END CERTIFICATE-----
`

export const CERTIFICATE_KEY = createPrivateKey({
  format: 'jwk',
  key: {
    kty: 'EC',
    crv: 'P-256',
    x: '9DAN0_qTNQgm-q4vg2oUoScJo4FFukMkqCMrV5BYhJo',
    y: 'cXBmSF2sShWbu8wZ3xJHboZNtnNXSKhrOqf5KNDpnkg',
    d: 'e_5Wm2L3IeeF6ZEYYWIQMA2ZNtIjg1Jbc3SVwst4xUk',
  },
})
