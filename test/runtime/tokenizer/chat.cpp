// Chat templates: what the known ones write, and that others are refused.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The expected texts are what Jinja 3.1.6 made of the templates, with trim_blocks and lstrip_blocks as
// transformers sets them.
#include "runtime/tokenizer/tokenizer.h"
#include <catch2/catch.hpp>

using namespace accord::tokenizer;

namespace {

// As in the files: line breaks stand in SmolLM2's strings as themselves, in LLaMA's as \n.
const std::string smolLm2 = "{% for message in messages %}{% if loop.first and messages[0]['role'] != "
                            "'system' %}{{ '<|im_start|>system\nYou are "
                            "a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% "
                            "endif %}{{'<|im_start|>' + "
                            "message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor "
                            "%}{% if add_generation_prompt %}{{ "
                            "'<|im_start|>assistant\n' }}{% endif %}";
const std::string chatMl =
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + "
    "'<|im_end|>' + "
    "'\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
const std::string llama3Always = "{% set loop_messages = messages %}{% for message in loop_messages %}{% set "
                                 "content = '<|start_header_id|>' + "
                                 "message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + "
                                 "'<|eot_id|>' %}{% if loop.index0 == 0 %}{% "
                                 "set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{{ "
                                 "'<|start_header_id|>assistant<|end_header_id|>\n\n' }}";
const std::string llama3 =
    llama3Always.substr(0, llama3Always.rfind("{{ '")) +
    "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}";
const std::string llama2 =
    "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = "
    "messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% "
    "endif %}{% for "
    "message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ "
    "raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% "
    "if "
    "loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + "
    "'\\n<</SYS>>\\n\\n' + "
    "message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] "
    "== 'user' %}{{ "
    "bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' '  "
    "+ "
    "content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}";
const std::string zephyr =
    "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] "
    "+ eos_token "
    "}}\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}\n{% "
    "elif "
    "message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif "
    "%}\n{% if "
    "loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}";
const std::string bitNet = "{% set loop_messages = messages %}{% for message in loop_messages %}{% set "
                           "content = message['role'] | capitalize + "
                           "': '+ message['content'] | trim + '<|eot_id|>' %}{{ content }}{% endfor %}{% if "
                           "add_generation_prompt %}{{ 'Assistant: "
                           "' }}{% endif %}";

const std::vector<Message> whole = {
    {"system", " Be brief. "}, {"user", "Hi\n"}, {"assistant", " Hello! "}, {"user", "\t2+2?"}};
const std::vector<Message> question = {{"user", "  Hi there \xc2\xa0\xe3\x80\x80\x1c"}};

std::string apply(const std::string &jinja, const std::vector<Message> &messages, bool prompt) {
  const auto known = ChatTemplate::recognise(jinja);
  if (!known)
    return "error: " + known.error().message;
  const auto text = known->apply(messages, prompt, "<s>", "</s>");
  return text ? *text : "error: " + text.error().message;
}

} // namespace

TEST_CASE("SmolLM2's template has its own system message", "[tokenizer]") {
  const std::string system =
      "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n";
  const std::string asked = "<|im_start|>user\n  Hi there \xc2\xa0\xe3\x80\x80\x1c<|im_end|>\n";
  CHECK(apply(smolLm2, question, true) == system + asked + "<|im_start|>assistant\n");
  CHECK(apply(smolLm2, question, false) == system + asked);
  CHECK(apply(smolLm2, whole, true) ==
        "<|im_start|>system\n Be brief. "
        "<|im_end|>\n<|im_start|>user\nHi\n<|im_end|>\n<|im_start|>assistant\n Hello! "
        "<|im_end|>\n<|im_start|>user\n\t2+2?<|im_end|>\n<|im_start|>assistant\n");
  CHECK(apply(smolLm2, {}, true) == "error: messages: expected at least one, got none");
}

TEST_CASE("plain ChatML has none, in all its spellings", "[tokenizer]") {
  const std::string asked =
      "<|im_start|>user\n  Hi there \xc2\xa0\xe3\x80\x80\x1c<|im_end|>\n<|im_start|>assistant\n";
  const std::string prologue =
      "{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}";
  CHECK(apply(chatMl, question, true) == asked);
  CHECK(apply(prologue + chatMl, question, true) == asked);
  CHECK(apply(chatMl + "\n", question, true) == asked);
  std::string spaced = chatMl;
  spaced.replace(spaced.find("{{'"), 3, "{{  '");
  CHECK(apply(spaced, question, true) == asked);
}

TEST_CASE("LLaMA-3's templates strip contents and begin with bos", "[tokenizer]") {
  const std::string asked = "<s><|start_header_id|>user<|end_header_id|>\n\nHi there<|eot_id|>";
  const std::string prompt = "<|start_header_id|>assistant<|end_header_id|>\n\n";
  CHECK(apply(llama3, question, false) == asked);
  CHECK(apply(llama3, question, true) == asked + prompt);
  CHECK(apply(llama3Always, question, false) == asked + prompt);
  CHECK(apply(llama3, whole, false) ==
        "<s><|start_header_id|>system<|end_header_id|>\n\nBe "
        "brief.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nHi"
        "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello!<|eot_id|><|start_header_id|>user"
        "<|end_header_id|>\n\n2+2?<|eot_id|>");
}

TEST_CASE("LLaMA-2's template puts the system message into the question and wants turns", "[tokenizer]") {
  CHECK(apply(llama2, whole, true) ==
        "<s>[INST] <<SYS>>\n Be brief. \n<</SYS>>\n\nHi [/INST] Hello! </s><s>[INST] 2+2? [/INST]");
  CHECK(apply(llama2, question, true) == "<s>[INST] Hi there [/INST]");
  CHECK(apply(llama2, {{"user", "a"}, {"assistant", "b"}}, true) == "<s>[INST] a [/INST] b </s>");
  CHECK(apply(llama2, {{"user", "a"}, {"user", "b"}}, true) ==
        "error: message 1: expected role 'assistant', got 'user'");
  CHECK(apply(llama2, {{"system", "a"}, {"assistant", "b"}}, true) ==
        "error: message 1: expected role 'user', got 'assistant'");
}

TEST_CASE("the templates of TinyLlama and BitNet", "[tokenizer]") {
  CHECK(apply(zephyr, whole, true) == "<|system|>\n Be brief. </s>\n<|user|>\nHi\n</s>\n<|assistant|>\n "
                                      "Hello! </s>\n<|user|>\n\t2+2?</s>\n<|assistant|>\n");
  CHECK(apply(bitNet, whole, true) == "System: Be brief.<|eot_id|>User: Hi<|eot_id|>Assistant: "
                                      "Hello!<|eot_id|>User: 2+2?<|eot_id|>Assistant: ");
}

TEST_CASE("an unknown template is refused with its first line", "[tokenizer]") {
  const std::string known =
      "expected the template of ChatML, SmolLM2, LLaMA-2, LLaMA-3, Zephyr or BitNet, got one that ";
  CHECK(apply("{{ bos_token }}\n{% for m in messages %}", whole, true) ==
        "error: " + known + "begins '{{ bos_token }}'");
  CHECK(apply("", whole, true) == "error: " + known + "begins ''");
  // One character off is another template; so is a system message that is not plain text.
  for (const std::string &jinja : {smolLm2, chatMl, llama3, llama3Always, llama2, zephyr, bitNet}) {
    size_t refused = 0, tried = 0;
    for (size_t i = 0; i < jinja.size(); i += 7) {
      // Inside the system message any text is a template of this form.
      const size_t system = jinja.find("You are"),
                   end = system == std::string::npos ? system : jinja.find("<|im_end|>");
      if (jinja[i] == ' ' || jinja[i] == '\n' || (i >= system && i < end))
        continue;
      std::string other = jinja;
      other[i] = other[i] == '#' ? '$' : '#';
      ++tried;
      refused += !ChatTemplate::recognise(other);
    }
    CHECK(tried > 20);
    CHECK(refused == tried);
  }
  std::string program = smolLm2;
  program.insert(program.find("You are"), "' + date + '");
  CHECK(!ChatTemplate::recognise(program));
}

TEST_CASE("a tokenizer writes its template with its own bos and eos", "[tokenizer]") {
  VocabularySource source;
  source.place = "here.gguf";
  source.model = "llama";
  source.tokens = {"<unk>", "<start>", "</s>"};
  source.scores = {0, 0, 0};
  source.types = {2, 3, 3};
  source.chatTemplate = llama2;
  const auto tokenizer = Tokenizer::create(source);
  REQUIRE(tokenizer);
  const auto text = (*tokenizer)->chat({{"user", "a"}, {"assistant", "b"}}, true);
  REQUIRE(text);
  CHECK(*text == "<start>[INST] a [/INST] b </s>");

  source.chatTemplate = "";
  const auto plain = Tokenizer::create(source);
  REQUIRE(plain);
  const auto none = (*plain)->chat(question, true);
  REQUIRE(!none);
  CHECK(none.error().message ==
        "here.gguf: key 'tokenizer.chat_template': expected a chat template, got none; the model "
        "answers plain text only");
  source.chatTemplate = "{{ x }}";
  const auto odd = Tokenizer::create(source);
  REQUIRE(odd);
  const auto refused = (*odd)->chat(question, true);
  REQUIRE(!refused);
  CHECK(refused.error().message.rfind(
            "here.gguf: key 'tokenizer.chat_template': expected the template of ChatML", 0) == 0);
}
