package import NIOCore

/// What one connection, and all of them together, may cost the server. Strangers may connect and say nothing, a byte now and
/// then, or more than anybody wants to hear.
package struct ConnectionLimits: Sendable {
    /// From the connection, or the answer before, until the whole head of a request is there.
    package var head = TimeAmount.seconds(15)
    /// Between two requests, once there was one.
    package var idle = TimeAmount.seconds(60)
    /// From the head of a request to the end of its body.
    package var request = TimeAmount.seconds(30)
    /// Until an answer is taken, from its head on.
    package var answer = TimeAmount.seconds(30)
    /// Of all headers of a request together.
    package var headerBytes = 16 << 10
    /// How many they may be.
    package var headerFields = 100
    /// Who comes beyond so many waits in the system's line until somebody goes.
    package var connections = 2048

    package init() {}
}
