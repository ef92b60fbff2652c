import NIOCore
import NIOHTTPTypes

/// Closes a connection that takes too long over a request or an answer. How long an answer is worked on is not its business.
final class ConnectionClock: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: ConnectionLimits
    private var end: Scheduled<Void>?
    /// Requests whose answer has not left; several may come before the first is answered.
    private var open = 0
    private var isBeingRead = false

    init(_ limits: ConnectionLimits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { wind(limits.head, context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }

    func channelActive(context: ChannelHandlerContext) {
        wind(limits.head, context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            open += 1
            isBeingRead = true
            wind(limits.request, context)
        case .body: break
        case .end:
            isBeingRead = false
            end?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head:
            wind(limits.answer, context)
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
        if isBeingRead {
            wind(limits.request, context)
        } else if open == 0 {
            wind(limits.idle, context)
        } else {
            end?.cancel()
        }
    }

    private func wind(_ time: TimeAmount, _ context: ChannelHandlerContext) {
        end?.cancel()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        end = context.eventLoop.scheduleTask(in: time) { bound.value.close(promise: nil) }
    }
}
