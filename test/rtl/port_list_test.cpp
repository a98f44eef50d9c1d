// The port convention: what is read from a module's header, and what is said of a port that does not follow
// it.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "rtl/cosim/port_list.h"
#include "rtl/cosim/shim_text.h"
#include <catch2/catch.hpp>

using namespace accord;
using namespace accord::rtl;
using Catch::Matchers::Contains;

namespace {

/// A header with all that has to be there. `more` are further ports; `without` is a line that goes.
std::string header(const std::string &more = "", const std::string &without = "") {
  std::string ports;
  for (const char *line :
       {"input logic clk_i", "input logic rst_ni", "input logic cmd_valid_i", "output logic cmd_ready_o",
        "input logic [15:0] cmd_m_i", "input logic in_valid_i", "output logic in_ready_o",
        "input logic [W-1:0] in_data_i", "output logic out_valid_o", "input logic out_ready_i",
        "output logic [7:0] out_data_o", "output logic out_last_o"})
    if (line != without)
      ports += (ports.empty() ? "  " : ",\n  ") + std::string(line);
  return "module acc_small (\n" + ports + (more.empty() ? "" : ",\n  " + more) + "\n);\nendmodule\n";
}

std::string messageOf(const std::string &text) {
  Expected<PortList> ports = readPorts(text, "s.sv", "small");
  return ports ? std::string() : ports.error().message;
}

} // namespace

TEST_CASE("fields and streams are read in the order of the ports", "[rtl]") {
  // Comments, parameters with brackets of all kinds, another module before, several outputs, a signed port.
  const std::string text = "/* module acc_small ( */ module acc_other (input logic x);\nendmodule\n"
                           "// module acc_small (\n"
                           "module acc_small #(\n  parameter int unsigned W = (1 << $clog2(4)),\n"
                           "  parameter logic [3:0] P [2] = '{4'd1, 4'd2}\n) (" +
                           header("output logic sum_valid_o, input logic sum_ready_i,\n"
                                  "output logic signed [pkg::Bits*(W+1)-1:0] sum_data_o, // last one\n"
                                  "output logic sum_last_o, input logic cmd_group_tables_i")
                               .substr(std::string("module acc_small (").size());
  Expected<PortList> ports = readPorts(text, "s.sv", "small");
  INFO((ports ? std::string() : ports.error().message));
  REQUIRE(ports);
  CHECK(ports->fields == std::vector<std::string>{"m", "group_tables"});
  REQUIRE(ports->streams.size() == 3);
  CHECK((ports->streams[0].name == "in" && !ports->streams[0].output));
  CHECK((ports->streams[1].name == "out" && ports->streams[1].output));
  CHECK((ports->streams[2].name == "sum" && ports->streams[2].output));
}

TEST_CASE("a header that is none is told with its place", "[rtl]") {
  CHECK(messageOf("module acc_big (input logic clk_i);\nendmodule\n") ==
        "s.sv:3: expected module acc_small, got none");
  CHECK(messageOf("module acc_small;\nendmodule\n") ==
        "s.sv:1: expected the ports of acc_small in brackets, got ';'");
  CHECK(messageOf("module acc_small #(parameter W = (1\n") ==
        "s.sv:2: expected the end of the parameters, got that of the file");
  CHECK(messageOf("module acc_small (\n  input logic clk_i,") ==
        "s.sv:2: expected a port's direction, input or output, got the end of the file");
  CHECK(messageOf("module acc_small (\n  input logic [3\n") ==
        "s.sv:3: expected the end of a range, got that of the file");
}

TEST_CASE("a port of another form is told with its line", "[rtl]") {
  auto told = [](const char *port) { return messageOf(header(port)); };
  CHECK(told("inout logic x_io") == "s.sv:14: expected a port's direction, input or output, got 'inout'");
  CHECK(told("input logic a_valid_i, b_valid_i") ==
        "s.sv:14: expected a port's direction, input or output, got 'b_valid_i'");
  CHECK(told("`ifdef X") == "s.sv:14: expected a port's direction, input or output, got '`'");
  CHECK(told("input acc_pkg::word_t cmd_n_i") ==
        "s.sv:14: expected logic, the type of a port, got 'acc_pkg'");
  CHECK(told("input logic [3:0][7:0] cmd_n_i") ==
        "s.sv:14: expected a port's name behind at most one range, got '['");
  CHECK(told("input logic cmd_n_i [2]") ==
        "s.sv:14: expected a comma or bracket behind port cmd_n_i, got '['");
}

TEST_CASE("a port of another name is told with those there may be", "[rtl]") {
  auto told = [](const char *port) { return messageOf(header(port)); };
  CHECK(told("input logic start") == "s.sv:14: expected a name that ends in _i, got input start");
  CHECK(told("output logic x_valid_i") == "s.sv:14: expected a name that ends in _o, got output x_valid_i");
  CHECK(told("input logic enable_i") == "s.sv:14: expected clk_i, rst_ni, a cmd_ field, or _valid, _ready, "
                                        "_data, _last of a stream, got input enable_i");
  CHECK(told("output logic cmd_done_o") ==
        "s.sv:14: expected cmd_valid_i, cmd_ready_o or an input cmd_<field>_i, got output cmd_done_o");
  CHECK(told("input logic in_last_i") ==
        "s.sv:14: expected in_valid_i, in_ready_o, in_data_i of input stream in, got input in_last_i");
  CHECK(told("output logic in_data_o") ==
        "s.sv:14: expected in_valid_i, in_ready_o, in_data_i of input stream in, got output in_data_o");
  CHECK(told("input logic out_data_i") ==
        "s.sv:14: expected out_valid_o, out_ready_i, out_data_o, out_last_o "
        "of output stream out, got input out_data_i");
  CHECK(told("output logic [1:0] x_valid_o") ==
        "s.sv:14: expected one bit for x_valid_o, got output x_valid_o");
  CHECK(told("input logic in_valid_i") == "s.sv:14: expected each port once, got a second in_valid_i");
  CHECK_THAT(messageOf("module acc_small (\n  output logic clk_i\n);"),
             Contains("s.sv:2: expected input logic clk_i, got output clk_i"));
}

TEST_CASE("what is missing is told by name", "[rtl]") {
  auto without = [](const char *line) { return messageOf(header("", line)); };
  CHECK(without("input logic rst_ni") == "s.sv:12: expected port rst_ni, got none");
  CHECK(without("output logic cmd_ready_o") == "s.sv:12: expected port cmd_ready_o, got none");
  CHECK(without("output logic in_ready_o") == "s.sv:12: expected port in_ready_o of stream in, got none");
  CHECK(without("output logic out_last_o") == "s.sv:12: expected port out_last_o of stream out, got none");
  const std::string bare = "input logic clk_i,\ninput logic rst_ni,\ninput logic cmd_valid_i,\n"
                           "output logic cmd_ready_o";
  CHECK(messageOf("module acc_small (" + bare + ");") == "s.sv:4: expected an input stream, got none");
  CHECK(messageOf("module acc_small (" + bare +
                  ",\ninput logic a_valid_i, output logic a_ready_o, input logic a_data_i);") ==
        "s.sv:5: expected an output stream, got none");
}

TEST_CASE("a shim names each pin of its block", "[rtl]") {
  const std::string shim = shimText("small", *readPorts(header(), "s.sv", "small"));
  for (const char *text :
       {"#include \"Vacc_small.h\"", "\"m\", wordsOf(sizeof(Top::cmd_m_i)), false",
        "\"out\", wordsOf(sizeof(Top::out_data_o)), true", "load(top.cmd_m_i, pins->fields + 0);",
        "top.in_valid_i = beats[0].valid;", "beats[1].last = top.out_last_o;", "top.out_ready_i = 0;"}) {
    INFO(shim);
    CHECK_THAT(shim, Contains(text));
  }
  // What it includes is in the program.
  for (const ShimFile &file : shimFiles())
    CHECK_THAT(std::string(file.text), Contains("#pragma once"));
  CHECK(shimFiles().size() == 3);
}
