// Reads and writes tar in the forms that charts, OCI layers and artifacts use: ustar headers, pax
// records for long paths, GNU long names. Everything is bounded; what is not a file, a directory or
// a link is handed on as `other` and left to the caller.

#include <cstring>
#include <optional>
#include <utility>

#include "reconcile/model/archive.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

constexpr std::size_t block_bytes = 512;
constexpr std::uint64_t extension_bytes_max = 1U << 20U;

struct Field {
  std::size_t offset;
  std::size_t size;
};

constexpr Field name_field{0, 100};
constexpr Field mode_field{100, 8};
constexpr Field size_field{124, 12};
constexpr Field checksum_field{148, 8};
constexpr Field type_field{156, 1};
constexpr Field link_field{157, 100};
constexpr Field prefix_field{345, 155};

Error damaged(std::size_t offset, const std::string& what) {
  return {ErrorCode::invalid_input,
          "expected a tar header at byte " + std::to_string(offset) + ", found " + what};
}

std::string_view text_of(std::string_view header, Field field) {
  const std::string_view raw = header.substr(field.offset, field.size);
  return raw.substr(0, raw.find('\0'));
}

/// A number in octal text, or in base 256 where the first bit is set (GNU, for large sizes).
std::optional<std::uint64_t> number_of(std::string_view header, Field field) {
  const std::string_view raw = header.substr(field.offset, field.size);
  std::uint64_t value = 0;
  if ((static_cast<unsigned char>(raw[0]) & 0x80U) != 0) {
    for (std::size_t i = 1; i < raw.size(); ++i) {
      if (value >> 55U != 0) return std::nullopt;
      value = value << 8U | static_cast<unsigned char>(raw[i]);
    }
    return value;
  }
  for (const char c : raw) {
    if (c == '\0' || c == ' ') {
      if (value == 0) continue;
      break;
    }
    if (c < '0' || c > '7') return std::nullopt;
    value = value << 3U | static_cast<unsigned>(c - '0');
  }
  return value;
}

std::uint64_t checksum_of(std::string_view header) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < block_bytes; ++i) {
    const bool in_field =
        i >= checksum_field.offset && i < checksum_field.offset + checksum_field.size;
    sum += in_field ? ' ' : static_cast<unsigned char>(header[i]);
  }
  return sum;
}

/// What pax records and GNU long-name entries say about the entry that follows them.
struct Extension {
  std::optional<std::string> path;
  std::optional<std::string> link;
  std::optional<std::uint64_t> size;
};

void read_pax(std::string_view records, std::size_t offset, Extension& extension) {
  while (!records.empty() && records[0] != '\0') {
    const std::size_t space = records.find(' ');
    std::size_t size = 0;
    for (const char c : records.substr(0, space)) {
      if (c < '0' || c > '9' || size > extension_bytes_max)
        throw damaged(offset, "a broken pax record");
      size = size * 10 + static_cast<std::size_t>(c - '0');
    }
    const bool whole =
        space != std::string_view::npos && size > space + 2 && size <= records.size();
    if (!whole) throw damaged(offset, "a broken pax record");
    const std::string_view record = records.substr(space + 1, size - space - 2);
    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos) throw damaged(offset, "a pax record without '='");
    const std::string_view key = record.substr(0, equals);
    const std::string value(record.substr(equals + 1));
    if (key == "path") extension.path = value;
    if (key == "linkpath") extension.link = value;
    if (key == "size") {
      if (value.empty() || value.size() > 18 ||
          value.find_first_not_of("0123456789") != std::string::npos) {
        throw damaged(offset, "a broken size in a pax record");
      }
      extension.size = std::stoull(value);
    }
    records.remove_prefix(size);
  }
}

ArchiveEntryType type_of(char flag) {
  switch (flag) {
    case '0':
    case '\0':
    case '7':
      return ArchiveEntryType::regular;
    case '5':
      return ArchiveEntryType::directory;
    case '2':
      return ArchiveEntryType::symlink;
    default:
      return ArchiveEntryType::other;
  }
}

std::string path_of(std::string_view header) {
  const bool ustar = header.substr(257, 5) == "ustar";
  const std::string_view prefix = ustar ? text_of(header, prefix_field) : std::string_view();
  const std::string name(text_of(header, name_field));
  return prefix.empty() ? name : std::string(prefix) + "/" + name;
}

void check_entry(const ArchiveLimits& limits, std::uint64_t size, std::uint64_t total,
                 std::size_t entries) {
  if (entries > limits.entries_max) {
    throw Error(ErrorCode::limit_exceeded, "expected at most " +
                                               std::to_string(limits.entries_max) +
                                               " entries in the archive, found more");
  }
  if (size > limits.file_bytes_max) {
    throw Error(ErrorCode::limit_exceeded,
                "expected files of at most " + std::to_string(limits.file_bytes_max) +
                    " bytes in the archive, found " + std::to_string(size));
  }
  if (total > limits.total_bytes_max) {
    throw Error(ErrorCode::limit_exceeded, "expected at most " +
                                               std::to_string(limits.total_bytes_max) +
                                               " bytes in the archive, found more");
  }
}

void put_text(std::string& header, Field field, std::string_view text) {
  std::memcpy(header.data() + field.offset, text.data(), std::min(text.size(), field.size));
}

void put_octal(std::string& header, Field field, std::uint64_t value) {
  for (std::size_t i = field.size - 1; i > 0; --i, value >>= 3U) {
    header[field.offset + i - 1] = static_cast<char>('0' + (value & 7U));
  }
}

void append_padded(std::string& tar, std::string_view content) {
  tar += content;
  tar.append((block_bytes - content.size() % block_bytes) % block_bytes, '\0');
}

void append_header(std::string& tar, std::string_view path, char type, std::uint64_t mode,
                   std::uint64_t size, std::string_view link) {
  std::string header(block_bytes, '\0');
  put_text(header, name_field, path.substr(0, name_field.size));
  put_octal(header, mode_field, mode);
  put_octal(header, {108, 8}, 0);
  put_octal(header, {116, 8}, 0);
  put_octal(header, size_field, size);
  put_octal(header, {136, 12}, 0);
  header[type_field.offset] = type;
  put_text(header, link_field, link.substr(0, link_field.size));
  std::memcpy(header.data() + 257, "ustar\00000", 8);
  const std::uint64_t sum = checksum_of(header);
  put_octal(header, {checksum_field.offset, 7}, sum);
  header[checksum_field.offset + 7] = ' ';
  tar += header;
}

/// "<length> key=value\n", where the length counts its own digits.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t body = key.size() + value.size() + 3;
  std::size_t size = body + 1;
  while (std::to_string(size).size() + body != size) ++size;
  return std::to_string(size) + " " + std::string(key) + "=" + std::string(value) + "\n";
}

}  // namespace

void read_tar(std::string_view tar, const ArchiveLimits& limits,
              const std::function<void(ArchiveEntry)>& on_entry) {
  Extension extension;
  std::uint64_t total = 0;
  std::size_t entries = 0;
  for (std::size_t offset = 0; offset + block_bytes <= tar.size();) {
    const std::string_view header = tar.substr(offset, block_bytes);
    if (header.find_first_not_of('\0') == std::string_view::npos) return;
    if (number_of(header, checksum_field) != checksum_of(header))
      throw damaged(offset, "a wrong checksum");
    const std::optional<std::uint64_t> header_size = number_of(header, size_field);
    if (!header_size) throw damaged(offset, "a broken size");
    const char flag = header[type_field.offset];
    const bool extends = flag == 'x' || flag == 'g' || flag == 'L' || flag == 'K';
    const std::uint64_t size = extends ? *header_size : extension.size.value_or(*header_size);
    total += size;
    ++entries;
    check_entry(limits, size, total, entries);
    const std::size_t start = offset + block_bytes;
    if (size > tar.size() - start) throw damaged(offset, "an entry that ends behind the archive");
    const std::string_view content = tar.substr(start, size);
    offset = start + (size + block_bytes - 1) / block_bytes * block_bytes;
    if (extends) {
      if (size > extension_bytes_max) throw damaged(start - block_bytes, "an oversized extension");
      if (flag == 'x') read_pax(content, start, extension);
      if (flag == 'L') extension.path = std::string(content.substr(0, content.find('\0')));
      if (flag == 'K') extension.link = std::string(content.substr(0, content.find('\0')));
      continue;
    }
    ArchiveEntry entry;
    entry.path = extension.path ? *extension.path : path_of(header);
    entry.type = type_of(flag);
    entry.executable = (number_of(header, mode_field).value_or(0) & 0100U) != 0;
    entry.link_target = extension.link ? *extension.link : std::string(text_of(header, link_field));
    if (entry.type == ArchiveEntryType::regular && entry.path.ends_with('/')) {
      entry.type = ArchiveEntryType::directory;
    }
    if (entry.type == ArchiveEntryType::regular) entry.content = content;
    extension = {};
    on_entry(std::move(entry));
  }
}

std::string write_tar(const std::vector<ArchiveEntry>& entries) {
  std::string tar;
  for (const ArchiveEntry& entry : entries) {
    std::string pax;
    if (entry.path.size() > name_field.size) pax += pax_record("path", entry.path);
    if (entry.link_target.size() > link_field.size)
      pax += pax_record("linkpath", entry.link_target);
    if (!pax.empty()) {
      append_header(tar, "PaxHeaders.0/entry", 'x', 0644, pax.size(), "");
      append_padded(tar, pax);
    }
    switch (entry.type) {
      case ArchiveEntryType::directory:
        append_header(tar, entry.path, '5', 0755, 0, "");
        break;
      case ArchiveEntryType::symlink:
        append_header(tar, entry.path, '2', 0777, 0, entry.link_target);
        break;
      case ArchiveEntryType::regular:
        append_header(tar, entry.path, '0', entry.executable ? 0755 : 0644, entry.content.size(),
                      "");
        append_padded(tar, entry.content);
        break;
      case ArchiveEntryType::other:
        throw Error(ErrorCode::invalid_input,
                    "expected a file, directory or link in the archive to write, found \"" +
                        entry.path + "\"");
    }
  }
  tar.append(2 * block_bytes, '\0');
  return tar;
}

}  // namespace reconcile::model
