#include <catch2/catch.hpp>
#include <filesystem>

#include "engine/cli/controller_command.hpp"
#include "engine/cli/gate_command.hpp"
#include "engine/cli/gate_flags.hpp"
#include "reconcile/model/error.hpp"
#include "reconcile/model/signature.hpp"
#include "test/engine/command_run.hpp"
#include "test/support/temporary_directory.hpp"

using namespace reconcile;
using namespace reconcile::engine;

namespace {

struct Run : test::CommandRun {
  explicit Run(std::vector<std::string> arguments)
      : CommandRun(run_gate_command, std::move(arguments)) {}
};

/// The flags of a gate that is whole.
GateFlags whole_flags(const test::TemporaryDirectory& directory) {
  directory.write("key.pem", model::SigningKey::generate().to_pem());
  GateFlags flags;
  flags.environment = "staging";
  flags.evidence_repository = "https://git.example/evidence";
  flags.signing_key_file = directory.path() + "/key.pem";
  return flags;
}

std::string refusal(const GateFlags& flags) {
  try {
    gate_options(flags);
  } catch (const model::Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("keygen writes a key that only its owner may read", "[engine][cli][gate]") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path() + "/key.pem";
  const Run run({"keygen", "--out", path});
  CHECK(run.code == exit_ok);
  CHECK(std::filesystem::status(path).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  const model::SigningKey key = model::SigningKey::from_pem(read_named_file(path));
  CHECK_THAT(run.out, Catch::Contains("public key: " + key.public_key().text()));
  CHECK_THAT(run.out, Catch::Contains(key.public_key().id()));
  // A key is never written over another one.
  CHECK_THAT(Run({"keygen", "--out", path}).thrown, Catch::Contains(path));
}

TEST_CASE("keygen without a file prints the key and keeps the rest apart", "[engine][cli][gate]") {
  const Run run({"keygen"});
  const model::SigningKey key = model::SigningKey::from_pem(run.out);
  CHECK_THAT(run.err, Catch::Contains(key.public_key().text()));
}

TEST_CASE("gate explains its commands and wants one", "[engine][cli][gate]") {
  const Run help({"--help"});
  CHECK(help.code == exit_ok);
  for (const char* word : {"keygen", "status", "explain", "reset"})
    CHECK_THAT(help.out, Catch::Contains(word));
  CHECK(Run({}).code == exit_usage);
  CHECK_THAT(Run({"reset", "--help"}).out, Catch::Contains("--root-key-file"));
}

TEST_CASE("a reset names a whole commit", "[engine][cli][gate]") {
  const test::TemporaryDirectory directory;
  directory.write("root.pem", model::SigningKey::generate().to_pem());
  const Run run({"reset", "staging", "--commit", "abc", "--root-key-file",
                 directory.path() + "/root.pem", "--reason", "stuck", "--evidence-repository",
                 "http://127.0.0.1:1/evidence"});
  CHECK_THAT(run.thrown, Catch::Contains("--commit") && Catch::Contains("\"abc\""));
}

TEST_CASE("the flags of a gate become its options", "[engine][cli][gate]") {
  const test::TemporaryDirectory directory;
  GateFlags flags = whole_flags(directory);
  const model::PublicKey root = model::SigningKey::generate().public_key();
  directory.write("root.pub", root.text() + "\n");
  flags.root_keys = {root.text(), directory.path() + "/root.pub"};
  flags.clock_tolerance = "5s";
  const std::optional<GateOptions> options = gate_options(flags);
  REQUIRE(options);
  CHECK(options->cluster_name() == "staging");
  CHECK(options->root_keys == std::vector<model::PublicKey>{root, root});
  CHECK(options->clock_tolerance == std::chrono::seconds(5));
  CHECK_FALSE(options->signing_key_pem.empty());
  flags.cluster = "eu-1";
  CHECK(gate_options(flags)->cluster_name() == "eu-1");
  CHECK_FALSE(gate_options({}));
}

TEST_CASE("a gate that is not whole is refused by the flag's name", "[engine][cli][gate]") {
  const test::TemporaryDirectory directory;
  const GateFlags whole = whole_flags(directory);
  GateFlags flags = whole;
  flags.environment.clear();
  CHECK_THAT(refusal(flags), Catch::Contains("--environment"));
  flags = whole;
  flags.evidence_repository.clear();
  CHECK_THAT(refusal(flags), Catch::Contains("--evidence-repository"));
  flags = whole;
  flags.signing_key_secret = "key";
  CHECK_THAT(refusal(flags), Catch::Contains("both"));
  flags = whole;
  flags.signing_key_file.clear();
  CHECK_THAT(refusal(flags), Catch::Contains("none"));
  flags = whole;
  flags.bootstrap = "main";
  CHECK_THAT(refusal(flags), Catch::Contains("--gate-bootstrap"));
  flags = whole;
  flags.root_keys = {"no key"};
  CHECK_FALSE(refusal(flags).empty());
}
