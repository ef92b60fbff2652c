"""python-telegram-bot."""

import asyncio
from io import BytesIO

from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.error import BadRequest, Forbidden, RetryAfter

from samples import PICTURE_URL, PNG, TELEGRAM_OTHER, TELEGRAM_PERSON

CLIENT = "python-telegram-bot"
TOKEN = "1001:" + "a" * 35


def checks(sandbox):
    def bot_check(action):
        async def inside():
            async with Bot(TOKEN, base_url=f"{sandbox.base}/bot", base_file_url=f"{sandbox.base}/file/bot") as bot:
                await action(bot)

        return lambda: asyncio.run(inside())

    async def refused(kind, words, call):
        try:
            await call
        except kind as error:
            assert words.lower() in str(error).lower(), str(error)
            return error
        raise AssertionError(f"expected {kind.__name__}")

    async def me(bot):
        user = await bot.get_me()
        assert user.id == 1001 and user.is_bot

    async def text(bot):
        keyboard = InlineKeyboardMarkup(
            [[InlineKeyboardButton("Read", url="https://example.com/"), InlineKeyboardButton("Stop", callback_data="stop")]]
        )
        message = await bot.send_message(
            TELEGRAM_PERSON, "<b>Fünf</b> 😀 &lt; <a href=\"https://example.com/\">six</a>", parse_mode="HTML",
            reply_markup=keyboard,
        )
        assert message.text == "Fünf 😀 < six"
        assert [(e.type, e.offset, e.length) for e in message.entities] == [("bold", 0, 4), ("text_link", 10, 3)]
        assert message.parse_entity(message.entities[1]) == "six"
        assert message.reply_markup.inline_keyboard[0][1].callback_data == "stop"
        assert message.chat.id == TELEGRAM_PERSON

    async def photo_url(bot):
        message = await bot.send_photo(TELEGRAM_PERSON, PICTURE_URL, caption="<i>A</i> picture", parse_mode="HTML")
        assert message.photo[-1].width > message.photo[0].width and message.caption == "A picture"
        again = await bot.send_photo(TELEGRAM_PERSON, message.photo[-1].file_id)
        assert again.photo[-1].file_id == message.photo[-1].file_id

    async def photo_upload(bot):
        message = await bot.send_photo(TELEGRAM_PERSON, BytesIO(PNG), caption="uploaded")
        file = await bot.get_file(message.photo[-1].file_id)
        assert bytes(await file.download_as_bytearray()) == PNG

    async def other_media(bot):
        assert (await bot.send_video(TELEGRAM_PERSON, PICTURE_URL)).video
        assert (await bot.send_audio(TELEGRAM_PERSON, BytesIO(b"sound"), title="T")).audio
        assert (await bot.send_document(TELEGRAM_PERSON, BytesIO(b"words"), filename="a.txt")).document.file_name == "a.txt"
        album = await bot.send_media_group(TELEGRAM_PERSON, [InputMediaPhoto(PICTURE_URL), InputMediaPhoto(PNG)])
        assert len(album) == 2 and album[0].media_group_id == album[1].media_group_id

    async def edit(bot):
        message = await bot.send_message(TELEGRAM_PERSON, "before")
        edited = await bot.edit_message_text("after", TELEGRAM_PERSON, message.message_id)
        assert edited.text == "after" and edited.edit_date
        await refused(BadRequest, "not modified", bot.edit_message_text("after", TELEGRAM_PERSON, message.message_id))
        assert await bot.delete_message(TELEGRAM_PERSON, message.message_id)
        await refused(BadRequest, "message to edit not found", bot.edit_message_text("x", TELEGRAM_PERSON, message.message_id))

    async def errors(bot):
        await refused(BadRequest, "chat not found", bot.send_message(1, "hello"))
        await refused(BadRequest, "can't parse entities", bot.send_message(TELEGRAM_PERSON, "<b>x", parse_mode="HTML"))
        await refused(BadRequest, "too long", bot.send_message(TELEGRAM_PERSON, "x" * 4097))
        await refused(BadRequest, "empty", bot.send_message(TELEGRAM_PERSON, "  \n "))
        sandbox.control(f"people/telegram/{TELEGRAM_OTHER}", blocked=True)
        await refused(Forbidden, "blocked by the user", bot.send_message(TELEGRAM_OTHER, "hello"))
        sandbox.control(f"people/telegram/{TELEGRAM_OTHER}", blocked=False)
        sandbox.control("faults", mode="status", status=429, count=1)
        await refused(RetryAfter, "retry in 1", bot.send_message(TELEGRAM_PERSON, "hello"))

    async def updates(bot):
        sandbox.control("say", platform="telegram", address=str(TELEGRAM_PERSON), text="/start abc", bot="1001")
        update = (await bot.get_updates(timeout=5))[-1]
        assert update.message.text == "/start abc" and update.message.entities[0].type == "bot_command"
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Press", callback_data="pressed")]])
        message = await bot.send_message(TELEGRAM_PERSON, "press me", reply_markup=keyboard)
        sandbox.control(
            "press", platform="telegram", address=str(TELEGRAM_PERSON), message_id=message.message_id, data="pressed"
        )
        update = (await bot.get_updates(offset=update.update_id + 1, timeout=5))[-1]
        assert update.callback_query.data == "pressed"
        assert update.callback_query.message.message_id == message.message_id
        assert await update.callback_query.answer("thanks")
        for action, status in (("block", "kicked"), ("unblock", "member")):
            sandbox.control(action, platform="telegram", address=str(TELEGRAM_PERSON))
            update = (await bot.get_updates(offset=update.update_id + 1, timeout=5))[-1]
            assert update.my_chat_member.new_chat_member.status == status
        assert await bot.get_updates(offset=update.update_id + 1, timeout=0) == ()

    async def long_poll(bot):
        waiting = asyncio.create_task(bot.get_updates(timeout=5))
        await asyncio.sleep(0.3)
        await asyncio.to_thread(
            sandbox.control, "say", platform="telegram", address=str(TELEGRAM_PERSON), text="hi", bot="1001"
        )
        assert (await waiting)[-1].message.text == "hi"

    async def set_up(bot):
        chat = await bot.get_chat(TELEGRAM_PERSON)
        assert chat.first_name == "Reader 1" and chat.type == "private"
        assert await bot.set_webhook("https://example.com/hook", secret_token="abc")
        assert (await bot.get_webhook_info()).url == "https://example.com/hook"
        assert await bot.delete_webhook(drop_pending_updates=True)
        assert (await bot.get_webhook_info()).url == ""
        assert await bot.set_my_commands([BotCommand("stop", "No more messages")])
        assert (await bot.get_my_commands())[0].command == "stop"
        assert await bot.set_my_description("hello") and await bot.send_chat_action(TELEGRAM_PERSON, "typing")

    return [
        ("get_me", bot_check(me)),
        ("text with HTML and buttons", bot_check(text)),
        ("photo by URL, then by file_id", bot_check(photo_url)),
        ("photo by upload, and its download", bot_check(photo_upload)),
        ("video, audio, document, album", bot_check(other_media)),
        ("edit and delete", bot_check(edit)),
        ("errors become the client's exceptions", bot_check(errors)),
        ("/start, a button press, a block as updates", bot_check(updates)),
        ("a waiting poll is answered at once", bot_check(long_poll)),
        ("chat, webhook, commands", bot_check(set_up)),
    ]
