"""aiogram: by long polling, and by a webhook that aiohttp serves on loopback."""

import asyncio
from contextlib import asynccontextmanager

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import (BotCommand, BotCommandScopeAllPrivateChats, BufferedInputFile, InlineKeyboardButton,
                           InlineKeyboardMarkup, InputMediaPhoto, LinkPreviewOptions)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

from samples import PICTURE_URL, PNG, TELEGRAM_OTHER, TELEGRAM_PERSON
from sandbox import free_port

CLIENT = "aiogram"
TOKEN = "1003:" + "c" * 35
CHANNEL = -1001000000077
PATIENCE = 10


class Heard:
    """What a dispatcher's handlers were told, in order."""

    def __init__(self):
        self.queue = asyncio.Queue()
        self.dispatcher = Dispatcher()
        for kind in ("message", "callback_query", "my_chat_member", "message_reaction"):
            getattr(self.dispatcher, kind).register(self.handler(kind))

    def handler(self, kind):
        async def hear(event):
            await self.queue.put((kind, event))

        return hear

    async def next(self, kind):
        heard, event = await asyncio.wait_for(self.queue.get(), PATIENCE)
        assert heard == kind, f"expected {kind}, heard {heard}"
        return event


def checks(sandbox):
    @asynccontextmanager
    async def client():
        bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(sandbox.base)))
        try:
            yield bot
        finally:
            await bot.session.close()

    def bot_check(action):
        async def inside():
            async with client() as bot:
                await bot.delete_webhook(drop_pending_updates=True)
                await action(bot)

        return lambda: asyncio.run(inside())

    async def control(path, **body):
        return await asyncio.to_thread(lambda: sandbox.control(path, **body))

    async def person(path, address=TELEGRAM_PERSON, **body):
        return await control(path, platform="telegram", address=str(address), bot="1003", **body)

    async def refused(kind, words, call):
        try:
            await call
        except kind as error:
            assert words in str(error), str(error)
            return error
        raise AssertionError(f"expected {kind.__name__}")

    keyboard = InlineKeyboardMarkup(inline_keyboard=[[
        InlineKeyboardButton(text="Read", url="https://example.com/"),
        InlineKeyboardButton(text="Stop", callback_data="stop"),
    ]])

    async def sends(bot):
        message = await bot.send_message(
            TELEGRAM_PERSON, "<b>one</b> two", parse_mode="HTML", reply_markup=keyboard, disable_notification=True,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        assert message.text == "one two" and message.html_text == "<b>one</b> two"
        entry = sandbox.ledger()[-1]
        assert entry["disable_notification"] is True and entry["link_preview_options"] == {"is_disabled": True}
        assert (await bot.send_photo(TELEGRAM_PERSON, PICTURE_URL, caption="by URL")).caption == "by URL"
        upload = await bot.send_photo(TELEGRAM_PERSON, BufferedInputFile(PNG, "a.png"))
        assert (await bot.download(upload.photo[-1].file_id)).read() == PNG
        album = await bot.send_media_group(
            TELEGRAM_PERSON,
            [InputMediaPhoto(media=PICTURE_URL, caption="first"), InputMediaPhoto(media=BufferedInputFile(PNG, "b.png"))],
        )
        assert [m.caption for m in album] == ["first", None] and album[0].media_group_id == album[1].media_group_id

    async def life(bot, heard):
        """A person from the start link to the block."""
        await person("start", payload="blog", first_name="Ada", language_code="it")
        message = await heard.next("message")
        assert message.text == "/start blog" and message.from_user.language_code == "it"
        sent = await message.answer("welcome", reply_markup=keyboard)
        await person("press", message_id=sent.message_id, data="stop")
        query = await heard.next("callback_query")
        assert query.data == "stop" and query.message.message_id == sent.message_id and await query.answer("bye")
        await person("react", message_id=sent.message_id, emoji="👍")
        assert (await heard.next("message_reaction")).new_reaction[0].emoji == "👍"
        await person("block")
        assert (await heard.next("my_chat_member")).new_chat_member.status == "kicked"
        await refused(TelegramForbiddenError, "blocked by the user", bot.send_message(TELEGRAM_PERSON, "x"))
        await person("unblock")
        assert (await heard.next("my_chat_member")).new_chat_member.status == "member"

    async def polling(bot):
        heard = Heard()
        # Only what has a handler is asked for, reactions among them.
        allowed = heard.dispatcher.resolve_used_update_types()
        await bot.get_updates(allowed_updates=allowed)
        running = asyncio.create_task(
            heard.dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False, allowed_updates=allowed)
        )
        await life(bot, heard)
        await heard.dispatcher.stop_polling()
        await asyncio.wait_for(running, PATIENCE)

    @asynccontextmanager
    async def serving(bot, heard, secret):
        application = web.Application()
        handler = SimpleRequestHandler(heard.dispatcher, bot, secret_token=secret, handle_in_background=False)
        handler.register(application, path="/hook")
        runner = web.AppRunner(application)
        await runner.setup()
        port = free_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield f"http://127.0.0.1:{port}/hook"
        finally:
            await runner.cleanup()

    async def webhook(bot):
        heard = Heard()
        async with serving(bot, heard, "right-secret") as url:
            allowed = heard.dispatcher.resolve_used_update_types()
            assert await bot.set_webhook(url, secret_token="right-secret", allowed_updates=allowed)
            await life(bot, heard)
            info = await bot.get_webhook_info()
            assert info.pending_update_count == 0 and info.last_error_message is None
            await refused(Exception, "webhook is active", bot.get_updates())
            # A wrong secret is refused by the client, and the update waits.
            assert await bot.set_webhook(url, secret_token="wrong-secret")
            await person("say", text="kept")
            for _ in range(50):
                info = await bot.get_webhook_info()
                if info.last_error_message:
                    break
                await asyncio.sleep(0.1)
            assert info.pending_update_count == 1 and "401" in info.last_error_message
            assert await bot.set_webhook(url, secret_token="right-secret")
            assert (await heard.next("message")).text == "kept"

    async def faults(bot):
        await control("faults", mode="flood", seconds=3, recipient=str(TELEGRAM_OTHER), count=1)
        error = await refused(TelegramRetryAfter, "retry after 3", bot.send_message(TELEGRAM_OTHER, "x"))
        assert error.retry_after == 3
        await control("faults", mode="media_refused", recipient=str(TELEGRAM_OTHER))
        await refused(TelegramBadRequest, "wrong file identifier", bot.send_photo(TELEGRAM_OTHER, PICTURE_URL))
        assert await bot.send_message(TELEGRAM_OTHER, "without it")
        await control("faults", mode="ok", recipient=str(TELEGRAM_OTHER))

    async def profile(bot):
        assert await bot.set_my_description("Hello", language_code="it")
        assert (await bot.get_my_description(language_code="it")).description == "Hello"
        assert (await bot.get_my_description()).description == ""
        assert await bot.set_my_short_description("short")
        assert (await bot.get_my_short_description(language_code="de")).short_description == "short"
        scope = BotCommandScopeAllPrivateChats()
        assert await bot.set_my_commands([BotCommand(command="stop", description="No more")], scope=scope)
        assert (await bot.get_my_commands(scope=scope))[0].command == "stop" and await bot.get_my_commands() == []
        assert (await bot.get_chat_menu_button()).type == "commands"

    async def channel(bot):
        await control("chats", id=CHANNEL, type="channel", title="News", username="sandbox_news")
        message = await bot.send_message("@sandbox_news", "to all")
        assert message.chat.id == CHANNEL and message.chat.type == "channel" and message.sender_chat.title == "News"
        assert (await bot.get_chat_member(CHANNEL, 1003)).can_post_messages
        await control("chats", id=CHANNEL, can_post=False)
        await refused(TelegramBadRequest, "need administrator rights", bot.send_message(CHANNEL, "x"))

    return [
        ("text, photo by URL and upload, album", bot_check(sends)),
        ("a person's life by long polling", bot_check(polling)),
        ("a person's life by webhook, and a wrong secret", bot_check(webhook)),
        ("faults of one recipient become exceptions", bot_check(faults)),
        ("descriptions, commands, menu button", bot_check(profile)),
        ("a channel by its name", bot_check(channel)),
    ]
