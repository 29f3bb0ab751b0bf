#include "sources/git/known_hosts.hpp"

#include <catch2/catch.hpp>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"
#include "sources/git/ssh_key.hpp"

using namespace reconcile::sources;
namespace model = reconcile::model;

namespace {

/// A key of a type whose bytes end with `mark`.
std::string key(const std::string& type, char mark) {
  const std::string blob =
      std::string("\0\0\0", 3) + static_cast<char>(type.size()) + type + std::string(40, mark);
  return type + " " + model::base64_encode(blob);
}

std::string hashed(const std::string& name) {
  const std::string salt = "0123456789abcdefghij";
  return "|1|" + model::base64_encode(salt) + "|" +
         model::base64_encode(model::hmac(model::HashAlgorithm::sha1, salt, name));
}

std::string found(const KnownHosts& hosts, const std::string& host, int port) {
  std::string marks;
  for (const HostKey& entry : hosts.find(host, port)) marks += entry.blob.back();
  return marks;
}

}  // namespace

TEST_CASE("known_hosts lines are read as OpenSSH reads them", "[sources][ssh][known_hosts]") {
  const std::string text =
      "# a comment\n\nplain,alias " + key("ssh-ed25519", 'a') + " a comment\n[plain]:2222 " +
      key("ssh-ed25519", 'b') + "\n" + hashed("secret.example") + " " + key("ssh-rsa", 'c') + "\n" +
      hashed("[secret.example]:7") + "\t" + key("ssh-rsa", 'd') +
      "\r\n*.example.com,!bad.example.com " + key("ssh-ed25519", 'e') + "\n@cert-authority * " +
      key("ssh-ed25519", 'f') + "\n@revoked * " + key("ssh-ed25519", 'g') +
      "\nbroken ssh-ed25519 ???\n" + "lies ssh-rsa " + key("ssh-ed25519", 'h').substr(12) +
      "\nshort\n" + "fd00::1 " + key("ssh-ed25519", 'i');
  const KnownHosts hosts = KnownHosts::parse(text);
  struct Row {
    const char* host;
    int port;
    const char* keys;
  };
  for (const Row& row : {Row{"plain", 22, "a"}, Row{"PLAIN", 22, "a"}, Row{"alias", 22, "a"},
                         Row{"plain", 2222, "b"}, Row{"alias", 2222, "a"}, Row{"lain", 22, ""},
                         Row{"secret.example", 22, "c"}, Row{"secret.example", 7, "d"},
                         Row{"good.example.com", 22, "e"}, Row{"bad.example.com", 22, ""},
                         Row{"example.com", 22, ""}, Row{"broken", 22, ""}, Row{"lies", 22, ""},
                         Row{"fd00::1", 22, "i"}, Row{"", 22, ""}}) {
    INFO(row.host << ":" << row.port);
    CHECK(found(hosts, row.host, row.port) == row.keys);
  }
  const std::string revoked = model::base64_decode(key("ssh-ed25519", 'g').substr(12));
  CHECK(hosts.is_revoked({"ssh-ed25519", revoked}));
  CHECK_FALSE(hosts.is_revoked(hosts.find("plain", 22).at(0)));
}

TEST_CASE("known_hosts without a line of use is refused", "[sources][ssh][known_hosts]") {
  for (const std::string& text :
       {std::string(), std::string("# nothing\n"), std::string("host\n"),
        std::string("host ssh-ed25519\n"), std::string("host ssh-ed25519 AAAA\n"),
        std::string("\0\0\0", 3), "@revoked * " + key("ssh-ed25519", 'a')}) {
    CHECK_THROWS_AS(KnownHosts::parse(text), model::Error);
  }
}

TEST_CASE("a pattern of many stars costs no more than its text", "[sources][ssh][known_hosts]") {
  std::string pattern;
  for (int i = 0; i < 2000; ++i) pattern += "*a";
  const KnownHosts hosts = KnownHosts::parse(pattern + "b " + key("ssh-ed25519", 'a'));
  CHECK(hosts.find(std::string(4000, 'a'), 22).empty());
}

TEST_CASE("a broken private key is refused without being quoted", "[sources][ssh][ssh_key]") {
  const std::string begin = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
  const std::string end = "\n-----END OPENSSH PRIVATE KEY-----\n";
  const std::string magic("openssh-key-v1\0", 15);
  for (const std::string& text :
       {std::string(), std::string("hunter2"), begin + "hunter2", begin + "????" + end,
        begin + "aHVudGVyMg==" + end, begin + model::base64_encode(magic) + end,
        begin + model::base64_encode(magic + std::string("\xFF\xFF\xFF\xFFhunter2", 11)) + end,
        begin +
            model::base64_encode(magic +
                                 std::string("\0\0\0\4none\0\0\0\0\0\0\0\0\0\0\0\1\0\0", 22)) +
            end,
        std::string(100'000, 'x')}) {
    try {
      inspect_ssh_key(text);
      FAIL("no error");
    } catch (const model::Error& error) {
      CHECK(error.code() == model::ErrorCode::invalid_input);
      CHECK(std::string(error.what()).find("hunter2") == std::string::npos);
    }
  }
}
