"""pyTelegramBotAPI."""

from telebot import TeleBot, apihelper, types

from samples import PICTURE_URL, PNG, TELEGRAM_PERSON

CLIENT = "pyTelegramBotAPI"
TOKEN = "1002:" + "b" * 35


def checks(sandbox):
    apihelper.API_URL = sandbox.base + "/bot{0}/{1}"
    apihelper.FILE_URL = sandbox.base + "/file/bot{0}/{1}"
    bot = TeleBot(TOKEN, parse_mode="HTML", threaded=False)

    def refused(code, words, call):
        try:
            call()
        except apihelper.ApiTelegramException as error:
            assert error.error_code == code and words in error.description, str(error)
            return error
        raise AssertionError("expected an ApiTelegramException")

    def me():
        assert bot.get_me().id == 1002

    def text():
        keyboard = types.InlineKeyboardMarkup()
        keyboard.add(types.InlineKeyboardButton("Read", url="https://example.com/"))
        message = bot.send_message(TELEGRAM_PERSON, "<u>one</u> <s>two</s>", reply_markup=keyboard)
        assert message.text == "one two" and [e.type for e in message.entities] == ["underline", "strikethrough"]
        assert message.html_text == "<u>one</u> <s>two</s>"

    def photos():
        assert bot.send_photo(TELEGRAM_PERSON, PICTURE_URL, caption="<b>by URL</b>").caption == "by URL"
        message = bot.send_photo(TELEGRAM_PERSON, PNG, caption="by upload")
        assert bot.download_file(bot.get_file(message.photo[-1].file_id).file_path) == PNG
        album = bot.send_media_group(
            TELEGRAM_PERSON, [types.InputMediaPhoto(PICTURE_URL, caption="one"), types.InputMediaPhoto(PICTURE_URL)]
        )
        assert [m.caption for m in album] == ["one", None]

    def edit():
        message = bot.send_message(TELEGRAM_PERSON, "before")
        assert bot.edit_message_text("after", TELEGRAM_PERSON, message.message_id).text == "after"
        assert bot.delete_message(TELEGRAM_PERSON, message.message_id)

    def errors():
        refused(400, "chat not found", lambda: bot.send_message(1, "x"))
        refused(400, "Unsupported start tag \"p\"", lambda: bot.send_message(TELEGRAM_PERSON, "<p>x</p>"))
        sandbox.control("faults", mode="refuse", count=1)
        refused(403, "bot was blocked by the user", lambda: bot.send_message(TELEGRAM_PERSON, "x"))
        long_data = types.InlineKeyboardMarkup()
        long_data.add(types.InlineKeyboardButton("x", callback_data="x" * 65))
        refused(400, "BUTTON_DATA_INVALID", lambda: bot.send_message(TELEGRAM_PERSON, "x", reply_markup=long_data))

    def updates():
        sandbox.control("say", platform="telegram", address=str(TELEGRAM_PERSON), text="/start", bot="1002")
        update = bot.get_updates(timeout=5)[-1]
        assert update.message.text == "/start" and update.message.from_user.first_name == "Reader 1"
        keyboard = types.InlineKeyboardMarkup()
        keyboard.add(types.InlineKeyboardButton("Press", callback_data="p"))
        message = bot.send_message(TELEGRAM_PERSON, "press me", reply_markup=keyboard)
        sandbox.control(
            "press", platform="telegram", address=str(TELEGRAM_PERSON), message_id=message.message_id, data="p"
        )
        query = bot.get_updates(offset=update.update_id + 1, timeout=5)[-1].callback_query
        assert query.data == "p" and bot.answer_callback_query(query.id)
        sandbox.control("block", platform="telegram", address=str(TELEGRAM_PERSON))
        change = bot.get_updates(offset=update.update_id + 2, timeout=5)[-1].my_chat_member
        assert change.new_chat_member.status == "kicked" and change.chat.id == TELEGRAM_PERSON
        sandbox.control("unblock", platform="telegram", address=str(TELEGRAM_PERSON))

    return [
        ("get_me", me),
        ("text with HTML and buttons", text),
        ("photos by URL and upload, album", photos),
        ("edit and delete", edit),
        ("errors become the client's exceptions", errors),
        ("/start, a button press, a block as updates", updates),
    ]
