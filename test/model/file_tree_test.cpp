#include "reconcile/model/file_tree.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <functional>

#include "reconcile/model/digest.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

namespace fs = std::filesystem;

class TemporaryDirectory {
 public:
  TemporaryDirectory()
      : path_(fs::temp_directory_path() / ("tree-" + hex_encode(random_bytes(8)))) {
    fs::create_directories(path_);
  }
  ~TemporaryDirectory() { fs::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  void write(const std::string& name, const std::string& content) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
  }
  void link(const std::string& name, const std::string& target) const {
    fs::create_symlink(target, path_ / name);
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

ErrorCode code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return ErrorCode::internal;
}

TEST_CASE("paths are normalised and never climb out", "[model][file_tree]") {
  CHECK(normalise_path("a/./b//c") == "a/b/c");
  CHECK(normalise_path("a/../b") == "b");
  CHECK(normalise_path("") == "");
  CHECK(join_path("a/b", "../c.yaml") == "a/c.yaml");
  CHECK(join_path("", "c.yaml") == "c.yaml");
  CHECK(parent_path("a/b/c") == "a/b");
  CHECK(base_name("a/b/c") == "c");
  for (const std::string_view path : {"..", "a/../..", "/etc/passwd"}) {
    CAPTURE(path);
    CHECK(code_of([&] { normalise_path(path); }) == ErrorCode::outside_root);
  }
  CHECK(code_of([] { normalise_path(std::string_view("a\0b", 3)); }) == ErrorCode::invalid_input);
}

void check_tree(const FileTree& tree) {
  CHECK(tree.read("a/b.yaml") == "b: 1\n");
  CHECK(tree.read("link.yaml") == "b: 1\n");
  CHECK(tree.read("linked/b.yaml") == "b: 1\n");
  CHECK(tree.resolve("linked/b.yaml") == "a/b.yaml");
  CHECK(tree.stat("linked")->type == FileType::directory);
  CHECK(tree.lstat("linked")->type == FileType::symlink);
  CHECK(tree.read_link("linked") == "a");
  CHECK_FALSE(tree.stat("missing").has_value());
  CHECK_FALSE(tree.stat("a/b.yaml/c").has_value());
  const std::vector<DirectoryEntry> entries = tree.list("");
  REQUIRE(entries.size() == 6);
  CHECK(entries[0].name == "a");
  CHECK(entries[0].type == FileType::directory);
  CHECK(code_of([&] { (void)tree.read("escape"); }) == ErrorCode::outside_root);
  CHECK(code_of([&] { (void)tree.read("absolute"); }) == ErrorCode::outside_root);
  CHECK(code_of([&] { (void)tree.read("loop"); }) == ErrorCode::limit_exceeded);
  CHECK(code_of([&] { (void)tree.read("../x"); }) == ErrorCode::outside_root);
  CHECK(code_of([&] { (void)tree.read("a"); }) == ErrorCode::not_found);
  CHECK(code_of([&] { (void)tree.list("a/b.yaml"); }) == ErrorCode::not_found);
}

TEST_CASE("a disk tree and a memory tree answer alike", "[model][file_tree]") {
  const TemporaryDirectory directory;
  directory.write("a/b.yaml", "b: 1\n");
  directory.link("link.yaml", "a/b.yaml");
  directory.link("linked", "a");
  directory.link("escape", "a/../../etc/passwd");
  directory.link("absolute", "/etc/passwd");
  directory.link("loop", "loop");
  check_tree(*disk_tree(directory.path()));
  check_tree(*memory_tree({{"a/b.yaml", "b: 1\n"}}, {{"link.yaml", "a/b.yaml"},
                                                     {"linked", "a"},
                                                     {"escape", "a/../../etc/passwd"},
                                                     {"absolute", "/etc/passwd"},
                                                     {"loop", "loop"}}));
}

TEST_CASE("an open directory answers as its tree and follows no link", "[model][file_tree]") {
  const TemporaryDirectory directory;
  directory.write("a/b/c.yaml", "c: 1\n");
  directory.write("a/large.txt", std::string(200'000, 'x'));
  directory.link("a/escape", "../../../etc/passwd");
  const auto on_disk = disk_tree(directory.path());
  const auto in_memory =
      memory_tree({{"a/b/c.yaml", "c: 1\n"}, {"a/large.txt", std::string(200'000, 'x')}},
                  {{"a/escape", "../../../etc/passwd"}});
  for (const FileTree* tree : {on_disk.get(), in_memory.get()}) {
    const auto open = tree->open_directory("a");
    for (int again = 0; again < 2; ++again) {
      const std::vector<DirectoryEntry> entries = open->list();
      REQUIRE(entries.size() == 3);
      CHECK(entries[0].name == "b");
      CHECK(entries[1].type == FileType::symlink);
      CHECK(entries[2].name == "large.txt");
    }
    CHECK(open->read("large.txt") == tree->read("a/large.txt"));
    CHECK(open->enter("b")->read("c.yaml") == "c: 1\n");
    CHECK(code_of([&] { static_cast<void>(open->read("escape")); }) == ErrorCode::outside_root);
    CHECK(code_of([&] { static_cast<void>(open->read("b")); }) == ErrorCode::not_found);
    CHECK(code_of([&] { static_cast<void>(open->enter("none")); }) == ErrorCode::not_found);
    CHECK(code_of([&] { static_cast<void>(tree->open_directory("none")); }) ==
          ErrorCode::not_found);
  }
}

TEST_CASE("a blob is named as Git names it", "[model][file_tree]") {
  // git hash-object of "hello\n"
  CHECK(memory_tree({{"f", "hello\n"}})->blob("f") == "ce013625030ba8dba906f756967f9e9ca394464a");
}

TEST_CASE("a sub-tree is a root of its own", "[model][file_tree]") {
  const auto tree = memory_tree({{"x/y/f", "1"}, {"z", "2"}}, {{"x/up", "../z"}, {"x/in", "y/f"}});
  const auto part = sub_tree(tree, "x");
  CHECK(part->read("y/f") == "1");
  CHECK(part->read("in") == "1");
  CHECK(part->list("").size() == 3);
  CHECK(code_of([&] { (void)part->read("up"); }) == ErrorCode::outside_root);
  CHECK(code_of([&] { sub_tree(tree, "z"); }) == ErrorCode::not_found);
}

TEST_CASE("a file above the limit is refused by name", "[model][file_tree]") {
  FileLimits limits;
  limits.file_bytes_max = 4;
  const TemporaryDirectory directory;
  directory.write("big", "12345");
  const auto tree = disk_tree(directory.path(), limits);
  try {
    static_cast<void>(tree->read("big"));
    FAIL("the file was read");
  } catch (const Error& error) {
    CHECK(std::string(error.what()) == "expected a file of at most 4 bytes, found 5 (big)");
  }
}

}  // namespace
}  // namespace reconcile::model
