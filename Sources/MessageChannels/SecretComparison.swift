package import CampaignModel

/// Compares what a stranger says with a secret, in a time that tells neither its length nor how much of it was right.
package enum SecretComparison {
    /// Whether it is the secret. An empty secret is the same as an empty text: callers refuse that before.
    package static func isSame(_ given: String, _ secret: Secret) -> Bool {
        ConstantTime.isSame(Digests.sha256(given.utf8).utf8, Digests.sha256(secret.reveal().utf8).utf8)
    }
}
