import NIOCore
import NIOHTTPTypes

/// Closes a connection that takes too long over a request or an answer. How long an answer is worked on is not its business.
final class ConnectionClock: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    /// Until when the next part of what is asked must be there, and until when the answer that leaves must be taken: a request
    /// that comes meanwhile gives nobody more time for that.
    private var asking: Scheduled<Void>?
    private var answering: Scheduled<Void>?
    /// Requests whose answer has not left; several may come before the first is answered.
    private var open = 0
    private var isBeingRead = false
    /// Answers that have begun to leave.
    private var leaving = 0

    init(_ limits: ConnectionLimits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { wind(\.asking, limits.head, context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { stop() }

    func channelActive(context: ChannelHandlerContext) {
        wind(\.asking, limits.head, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            open += 1
            isBeingRead = true
            wind(\.asking, limits.request, context)
        case .body: break
        case .end:
            isBeingRead = false
            asking?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head:
            leaving += 1
            if leaving == 1 { wind(\.answering, limits.answer, context) }
            context.write(data, promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            let written = promise ?? context.eventLoop.makePromise()
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            written.futureResult.whenSuccess {
                let (clock, context) = bound.value
                clock.answered(context)
            }
            context.write(data, promise: written)
        }
    }

    private func answered(_ context: ChannelHandlerContext) {
        open -= 1
        leaving -= 1
        answering?.cancel()
        if leaving > 0 { wind(\.answering, limits.answer, context) }
        if open == 0, !isBeingRead { wind(\.asking, limits.idle, context) }
    }

    private func stop() {
        asking?.cancel()
        answering?.cancel()
    }

    private func wind(
        _ clock: ReferenceWritableKeyPath<ConnectionClock, Scheduled<Void>?>, _ time: TimeAmount,
        _ context: ChannelHandlerContext
    ) {
        self[keyPath: clock]?.cancel()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        self[keyPath: clock] = context.eventLoop.scheduleTask(in: time) { bound.value.close(promise: nil) }
    }
}
