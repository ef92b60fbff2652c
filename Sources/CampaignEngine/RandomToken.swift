import CampaignModel

/// Hexadecimal digits that nobody may guess, from the system's source of randomness, whatever the engine's is.
enum RandomToken {
    static func make(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }.hexadecimal
    }
}
