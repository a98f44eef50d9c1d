// Conversations as chat models were trained on them.
//
// A file's template is a Jinja program. Running it would take an interpreter, and guessing from its look has
// users talk to their models in a wrong form without a sign of it. So the templates of the common forms are
// known here by their whole text (white space inside tags aside), and any other is refused.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once
#include "accord/error.h"
#include <string_view>
#include <vector>

namespace accord::tokenizer {

struct Message {
  std::string role; ///< "system", "user" or "assistant"
  std::string content;
};

class ChatTemplate {
public:
  /// Refuses an unknown template with its first line and the forms that are known.
  static Expected<ChatTemplate> recognise(std::string_view jinja);

  /// The conversation as text; control tokens stand in it by their text. Refuses what the template refuses.
  Expected<std::string> apply(const std::vector<Message> &messages, bool addGenerationPrompt,
                              std::string_view bosText, std::string_view eosText) const;
  /// `ChatML`, `LLaMA-3`, ...
  std::string_view name() const;

private:
  enum class Form : uint8_t { ChatMl, Llama2, Llama3, Zephyr, BitNet };
  Form form = Form::ChatMl;
  std::string
      systemMessage; ///< of ChatMl: what a conversation begins with that has no system message of its own
  bool hasSystemMessage = false;
  bool alwaysPrompts = false; ///< of Llama3: its first version asks for an answer whatever the caller says
};

} // namespace accord::tokenizer
