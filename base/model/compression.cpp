#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <memory>
#include <string>

#include "base/model/zstd_unpacker.hpp"
#include "reconcile/model/archive.hpp"
#include "reconcile/model/error.hpp"

namespace reconcile::model {
namespace {

constexpr std::size_t chunk_bytes = 128U << 10U;
constexpr std::uint64_t ratio_free_bytes = 1U << 20U;

void check_growth(std::uint64_t produced, std::uint64_t consumed, const ArchiveLimits& limits) {
  if (produced > limits.total_bytes_max) {
    throw Error(ErrorCode::limit_exceeded, "expected at most " +
                                               std::to_string(limits.total_bytes_max) +
                                               " bytes after decompression, found more");
  }
  if (produced > ratio_free_bytes &&
      produced / std::max<std::uint64_t>(consumed, 1) > limits.ratio_max) {
    throw Error(ErrorCode::limit_exceeded, "expected compressed data to expand at most " +
                                               std::to_string(limits.ratio_max) +
                                               "-fold, found more");
  }
}

/// zlib's state with its end; `raw` must have been initialised by the caller.
struct InflateStream {
  z_stream raw{};
  ~InflateStream() { inflateEnd(&raw); }
};

struct DeflateStream {
  z_stream raw{};
  ~DeflateStream() { deflateEnd(&raw); }
};

Bytef* bytes_of(std::string_view data) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
}

constexpr int gzip_window_bits = 15 + 16;

}  // namespace

std::string gzip_compress(std::string_view data, int level) {
  DeflateStream stream;
  if (deflateInit2(&stream.raw, level, Z_DEFLATED, gzip_window_bits, 8, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    throw Error(ErrorCode::internal, "zlib could not start compressing");
  }
  stream.raw.next_in = bytes_of(data);
  stream.raw.avail_in = static_cast<uInt>(data.size());
  std::string out(deflateBound(&stream.raw, data.size()), '\0');
  stream.raw.next_out = bytes_of(out);
  stream.raw.avail_out = static_cast<uInt>(out.size());
  if (deflate(&stream.raw, Z_FINISH) != Z_STREAM_END) {
    throw Error(ErrorCode::internal, "zlib could not finish compressing");
  }
  out.resize(stream.raw.total_out);
  return out;
}

std::string gzip_decompress(std::string_view data, const ArchiveLimits& limits) {
  InflateStream stream;
  if (inflateInit2(&stream.raw, gzip_window_bits) != Z_OK) {
    throw Error(ErrorCode::internal, "zlib could not start decompressing");
  }
  stream.raw.next_in = bytes_of(data);
  stream.raw.avail_in = static_cast<uInt>(data.size());
  std::string out;
  const auto chunk = std::make_unique<char[]>(chunk_bytes);
  while (true) {
    stream.raw.next_out = reinterpret_cast<Bytef*>(chunk.get());
    stream.raw.avail_out = chunk_bytes;
    const int code = inflate(&stream.raw, Z_NO_FLUSH);
    out.append(chunk.get(), chunk_bytes - stream.raw.avail_out);
    check_growth(out.size(), data.size() - stream.raw.avail_in, limits);
    if (code == Z_STREAM_END) {
      // A gzip file may hold several members, one after the other.
      if (stream.raw.avail_in == 0) return out;
      if (inflateReset(&stream.raw) != Z_OK) break;
      continue;
    }
    if (code != Z_OK) break;
  }
  throw Error(ErrorCode::invalid_input,
              "expected gzip data, found damage at byte " +
                  std::to_string(data.size() - stream.raw.avail_in) +
                  (stream.raw.msg == nullptr ? "" : std::string(": ") + stream.raw.msg));
}

std::string zstd_compress(std::string_view data, int level) {
  std::string out(ZSTD_compressBound(data.size()), '\0');
  const std::size_t size = ZSTD_compress(out.data(), out.size(), data.data(), data.size(), level);
  if (ZSTD_isError(size) != 0U) {
    throw Error(ErrorCode::internal,
                std::string("zstd could not compress: ") + ZSTD_getErrorName(size));
  }
  out.resize(size);
  out.shrink_to_fit();
  return out;
}

std::string zstd_decompress(std::string_view data, const ArchiveLimits& limits) {
  // What says its size, and is small, takes one step; errors are told below.
  const unsigned long long size = ZSTD_getFrameContentSize(data.data(), data.size());
  if (size <= chunk_bytes && size <= limits.total_bytes_max) {
    std::string text(size, '\0');
    if (ZSTD_decompressDCtx(zstd_unpacker(), text.data(), text.size(), data.data(), data.size()) ==
        size)
      return text;
  }
  const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                        ZSTD_freeDCtx);
  std::string out;
  const auto chunk = std::make_unique<char[]>(chunk_bytes);
  ZSTD_inBuffer input{data.data(), data.size(), 0};
  std::size_t state = 1;
  while (true) {
    ZSTD_outBuffer output{chunk.get(), chunk_bytes, 0};
    state = ZSTD_decompressStream(context.get(), &output, &input);
    if (ZSTD_isError(state) != 0U) {
      throw Error(ErrorCode::invalid_input, "expected zstd data, found damage at byte " +
                                                std::to_string(input.pos) + ": " +
                                                ZSTD_getErrorName(state));
    }
    out.append(chunk.get(), output.pos);
    check_growth(out.size(), input.pos, limits);
    if (input.pos == input.size && output.pos < chunk_bytes) break;
  }
  if (state != 0)
    throw Error(ErrorCode::invalid_input, "expected zstd data, found a truncated frame");
  return out;
}

}  // namespace reconcile::model
