#include "reconcile/model/error.hpp"

#include <utility>

namespace reconcile::model {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_input:
      return "invalid_input";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::limit_exceeded:
      return "limit_exceeded";
    case ErrorCode::outside_root:
      return "outside_root";
    case ErrorCode::unauthorized:
      return "unauthorized";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::cancelled:
      return "cancelled";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

Error::Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {
  compose();
}

Error& Error::in_file(std::string path, SourcePosition position) & {
  file_ = std::move(path);
  position_ = position;
  compose();
  return *this;
}

Error&& Error::in_file(std::string path, SourcePosition position) && {
  in_file(std::move(path), position);
  return std::move(*this);
}

Error& Error::with_context(std::string context) & {
  contexts_.insert(contexts_.begin(), std::move(context));
  compose();
  return *this;
}

Error&& Error::with_context(std::string context) && {
  with_context(std::move(context));
  return std::move(*this);
}

const char* Error::what() const noexcept {
  return text_.c_str();
}

void Error::compose() {
  text_.clear();
  for (const std::string& context : contexts_) text_ += context + ": ";
  text_ += message_;
  if (!file_) return;
  text_ += " (" + *file_;
  if (position_.line > 0) text_ += ":" + std::to_string(position_.line);
  if (position_.line > 0 && position_.column > 0) text_ += ":" + std::to_string(position_.column);
  text_ += ")";
}

}  // namespace reconcile::model
