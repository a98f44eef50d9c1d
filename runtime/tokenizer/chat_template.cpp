// The known chat templates: their text and what they write.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "runtime/tokenizer/chat_template.h"
#include "runtime/tokenizer/unicode.h"

#include <cctype>

namespace accord::tokenizer {

namespace {

// Texts as their authors publish them in tokenizer_config.json; facts to compare with. %SYSTEM% is any text
// without quotes.
constexpr std::string_view chatMlPrologue =
    "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}";
constexpr std::string_view chatMl =
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + "
    "'<|im_end|>' + "
    "'\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
// SmolLM2-Instruct, Qwen2-Instruct.
constexpr std::string_view chatMlWithSystem =
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ "
    "'<|im_start|>system\\n"
    "%SYSTEM%<|im_end|>\\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + "
    "'<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% "
    "endif %}";
constexpr std::string_view llama3 =
    "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = "
    "'<|start_header_id|>' + "
    "message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' %}{% if "
    "loop.index0 == 0 "
    "%}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}";
constexpr std::string_view llama3Prompt = "{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}";
constexpr std::string_view ifPrompt = "{% if add_generation_prompt %}", endIf = "{% endif %}";
constexpr std::string_view llama2 =
    "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = "
    "messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% "
    "endif %}"
    "{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ "
    "raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% "
    "if "
    "loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + "
    "'\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif "
    "%}{% if "
    "message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif "
    "message['role'] "
    "== 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}";
// Zephyr, TinyLlama-Chat.
constexpr std::string_view zephyr = "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ "
                                    "'<|user|>\\n' + message['content'] + "
                                    "eos_token }}\n{% elif message['role'] == 'system' %}\n{{ "
                                    "'<|system|>\\n' + message['content'] + eos_token "
                                    "}}\n{% elif message['role'] == 'assistant' %}\n{{ '<|assistant|>\\n'  + "
                                    "message['content'] + eos_token }}\n{% "
                                    "endif %}\n{% if loop.last and add_generation_prompt %}\n{{ "
                                    "'<|assistant|>' }}\n{% endif %}\n{% endfor %}";
// BitNet b1.58 2B-4T.
constexpr std::string_view bitNet =
    "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = message['role'] | "
    "capitalize + ': '+ message['content'] | trim + '<|eot_id|>' %}{{ content }}{% endfor %}{% if "
    "add_generation_prompt %}{{ 'Assistant: ' }}{% endif %}";

/// One spelling for templates that mean the same: inside tags, no white space outside quotes and line breaks
/// for \n within them. Jinja drops one line break at the end.
std::string normalise(std::string_view jinja) {
  std::string out;
  char quote = 0;
  bool inTag = false;
  for (size_t i = 0; i < jinja.size(); ++i) {
    const char c = jinja[i], next = i + 1 < jinja.size() ? jinja[i + 1] : '\0';
    if (quote) {
      if (c == '\\' && next == 'n') {
        out += '\n';
        ++i;
        continue;
      }
      if (c == quote)
        quote = 0;
    } else if (inTag) {
      if (std::isspace(static_cast<unsigned char>(c)))
        continue;
      if (c == '\'' || c == '"')
        quote = c;
      else if ((c == '%' || c == '}') && next == '}')
        inTag = false;
    } else if (c == '{' && (next == '%' || next == '{')) {
      inTag = true;
    }
    out += c;
  }
  if (!out.empty() && out.back() == '\n')
    out.pop_back();
  return out;
}

std::string normalise(std::initializer_list<std::string_view> parts) {
  std::string whole;
  for (std::string_view part : parts)
    whole += part;
  return normalise(whole);
}

/// What Python's str.strip() removes: \s and four separators.
bool isPythonSpace(uint32_t codePoint) {
  return classOf(codePoint) == CharClass::Space || (codePoint >= 0x1c && codePoint <= 0x1f);
}

std::string_view strip(std::string_view text) {
  size_t begin = 0;
  while (begin < text.size()) {
    const Decoded d = decodeUtf8(text, begin);
    if (!isPythonSpace(d.codePoint))
      break;
    begin += d.bytes;
  }
  size_t end = begin;
  for (size_t at = begin; at < text.size();) {
    const Decoded d = decodeUtf8(text, at);
    at += d.bytes;
    if (!isPythonSpace(d.codePoint))
      end = at;
  }
  return text.substr(begin, end - begin);
}

std::string capitalise(std::string text) {
  for (size_t i = 0; i < text.size(); ++i)
    text[i] = static_cast<char>(i == 0 ? std::toupper(static_cast<unsigned char>(text[i]))
                                       : std::tolower(static_cast<unsigned char>(text[i])));
  return text;
}

Error refused(size_t index, const std::string &expected, const std::string &got) {
  return Error{"message " + std::to_string(index) + ": expected " + expected + ", got '" + got + "'"};
}

/// A system message goes into the first question; questions and answers alternate.
Expected<std::string> applyLlama2(const std::vector<Message> &messages, std::string_view bos,
                                  std::string_view eos) {
  std::string out;
  const bool hasSystem = messages[0].role == "system";
  for (size_t i = hasSystem ? 1 : 0; i < messages.size(); ++i) {
    const Message &m = messages[i];
    const size_t turn = i - (hasSystem ? 1 : 0);
    if ((m.role == "user") != (turn % 2 == 0))
      return refused(i, turn % 2 == 0 ? "role 'user'" : "role 'assistant'", m.role);
    std::string content = m.content;
    if (turn == 0 && hasSystem)
      content = "<<SYS>>\n" + messages[0].content + "\n<</SYS>>\n\n" + content;
    if (m.role == "user")
      (out += bos).append("[INST] ").append(strip(content)).append(" [/INST]");
    else if (m.role == "assistant")
      (out += " ").append(strip(content)).append(" ").append(eos);
  }
  return out;
}

} // namespace

Expected<ChatTemplate> ChatTemplate::recognise(std::string_view jinja) {
  ChatTemplate known;
  std::string text = normalise(jinja);
  const auto as = [&](Form form) {
    known.form = form;
    return known;
  };
  if (text == normalise(llama2))
    return as(Form::Llama2);
  if (text == normalise(zephyr))
    return as(Form::Zephyr);
  if (text == normalise(bitNet))
    return as(Form::BitNet);
  if (text == normalise({llama3, ifPrompt, llama3Prompt, endIf}))
    return as(Form::Llama3);
  if (text == normalise({llama3, llama3Prompt})) {
    known.alwaysPrompts = true;
    return as(Form::Llama3);
  }

  if (const std::string prologue = normalise(chatMlPrologue); text.compare(0, prologue.size(), prologue) == 0)
    text.erase(0, prologue.size());
  if (text == normalise(chatMl))
    return as(Form::ChatMl);
  const std::string withSystem = normalise(chatMlWithSystem), mark = "%SYSTEM%";
  const std::string before = withSystem.substr(0, withSystem.find(mark));
  const std::string after = withSystem.substr(before.size() + mark.size());
  if (text.size() >= before.size() + after.size() && text.compare(0, before.size(), before) == 0 &&
      text.compare(text.size() - after.size(), after.size(), after) == 0) {
    known.systemMessage = text.substr(before.size(), text.size() - before.size() - after.size());
    known.hasSystemMessage = true;
    if (known.systemMessage.find_first_of("'\\") == std::string::npos)
      return as(Form::ChatMl);
  }
  const std::string_view firstLine = jinja.substr(0, jinja.find('\n'));
  constexpr size_t most = 160;
  return Error{
      "expected the template of ChatML, SmolLM2, LLaMA-2, LLaMA-3, Zephyr or BitNet, got one that begins '" +
      std::string(firstLine.substr(0, most)) + (firstLine.size() > most ? "...'" : "'")};
}

Expected<std::string> ChatTemplate::apply(const std::vector<Message> &messages, bool addGenerationPrompt,
                                          std::string_view bosText, std::string_view eosText) const {
  if (messages.empty())
    return Error{"messages: expected at least one, got none"};
  std::string out;
  switch (form) {
  case Form::ChatMl:
    if (hasSystemMessage && messages[0].role != "system")
      out += "<|im_start|>system\n" + systemMessage + "<|im_end|>\n";
    for (const Message &m : messages)
      out += "<|im_start|>" + m.role + "\n" + m.content + "<|im_end|>\n";
    if (addGenerationPrompt)
      out += "<|im_start|>assistant\n";
    return out;
  case Form::Llama2:
    return applyLlama2(messages, bosText, eosText);
  case Form::Llama3:
    out += bosText;
    for (const Message &m : messages)
      (out += "<|start_header_id|>" + m.role + "<|end_header_id|>\n\n")
          .append(strip(m.content))
          .append("<|eot_id|>");
    if (addGenerationPrompt || alwaysPrompts)
      out += "<|start_header_id|>assistant<|end_header_id|>\n\n";
    return out;
  case Form::Zephyr:
    for (const Message &m : messages)
      if (m.role == "user" || m.role == "system" || m.role == "assistant")
        (out += "<|" + m.role + "|>\n" + m.content).append(eosText).append("\n");
    if (addGenerationPrompt)
      out += "<|assistant|>\n";
    return out;
  case Form::BitNet:
    for (const Message &m : messages)
      (out += capitalise(m.role) + ": ").append(strip(m.content)).append("<|eot_id|>");
    if (addGenerationPrompt)
      out += "Assistant: ";
    return out;
  }
  return out;
}

std::string_view ChatTemplate::name() const {
  switch (form) {
  case Form::ChatMl:
    return "ChatML";
  case Form::Llama2:
    return "LLaMA-2";
  case Form::Llama3:
    return "LLaMA-3";
  case Form::Zephyr:
    return "Zephyr";
  case Form::BitNet:
    return "BitNet";
  }
  return "";
}

} // namespace accord::tokenizer
