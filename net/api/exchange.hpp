#pragma once

#include "base/error.hpp"
#include "net/http_api.hpp"

#include <boost/json/object.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::net {

/// One HTTP request and the way to answer it, once. Shared by what works on
/// the answer; used on the connection's thread only.
class exchange : public std::enable_shared_from_this<exchange> {
public:
  exchange(http_context with, http_request request, respond then);

  const http_context& with() const {
    return with_;
  }
  const http_request& request() const {
    return request_;
  }

  /// The path's parts, decoded: "/v1/rpc" has two, "/" none. False where the
  /// target is no path.
  bool valid() const {
    return valid_;
  }

  /// Whether a part of the query is there twice.
  bool is_ambiguous() const {
    return is_ambiguous_;
  }
  const std::vector<std::string>& path() const {
    return path_;
  }

  /// What the URL says after the question mark, decoded.
  std::optional<std::string> query(const std::string& name) const;

  /// The token of `Authorization: Bearer TOKEN`; empty without one.
  std::string_view bearer() const;

  /// The body as a JSON object. An empty body is an empty object.
  result<boost::json::object> body(std::uint32_t depth_max) const;

  void answer_json(unsigned status, std::string json);
  /// `{"error": {…}}` with the status that belongs to it.
  void answer_error(const error& why);
  /// The same with another status and, where not empty, `Allow`.
  void answer_error(unsigned status, const error& why,
                    std::string_view allow = {});
  void answer_empty(unsigned status);
  void answer(http_response response);

private:
  void read_target();

  http_context with_;
  http_request request_;
  respond then_;
  bool valid_ = false;
  bool is_ambiguous_ = false;
  std::vector<std::string> path_;
  std::map<std::string, std::string> query_;
};

using exchange_ptr = std::shared_ptr<exchange>;

} // namespace parley::net
