"""Operations of the plugin posts."""

from typing import Final

from hubbub.tests.walk.case import Case, Made
from hubbub.tests.walk.world import World


def new_post(world: World) -> Made:
    """Make a post of bob's."""
    return {"post_id": world.new_post()["id"]}


def edited_post(world: World) -> Made:
    """Make a post and edit it."""
    post_id = world.new_post()["id"]
    world.bob.put(f"/posts/{post_id}/patch", {"message": "edited"}, expect=200)
    (before,) = world.bob.get(f"/posts/{post_id}/edit_history", expect=200).json
    return {"post_id": post_id, "restore_version_id": before["id"]}


def movable_thread(world: World) -> Made:
    """Make a post and a channel for it to be moved to."""
    return {"post_id": world.new_post()["id"], "target_id": world.new_channel()["id"]}


CASES: Final = [
    Case(operation="CreatePost", body={"channel_id": "{channel_id}", "message": "hello @carol"}),
    Case(
        operation="CreatePostEphemeral",
        who="alice",
        body={"user_id": "{bob_id}", "post": {"channel_id": "{channel_id}", "message": "only you see this"}},
    ),
    Case(operation="GetPost"),
    Case(operation="DeletePost", make=new_post),
    Case(operation="UpdatePost", make=new_post, body={"id": "{post_id}", "message": "better"}),
    Case(operation="PatchPost", make=new_post, body={"message": "best"}),
    Case(operation="SetPostUnread", body={"collapsed_threads_supported": True}),
    Case(operation="GetPostThread"),
    Case(operation="GetPostInfo", outsider=404),
    Case(operation="GetEditHistoryForPost", make=edited_post),
    Case(operation="GetFlaggedPostsForUser"),
    Case(operation="GetPostsForChannel", query="page=0&per_page=30"),
    Case(operation="GetPostsAroundLastUnread", query="limit_before=30&limit_after=30"),
    Case(operation="GetPinnedPosts"),
    Case(operation="PinPost", make=new_post),
    Case(operation="UnpinPost", make=new_post),
    Case(operation="GetPostsByIds", body=["{post_id}", "{reply_id}"], outsider=404),
    Case(operation="RestorePostVersion", make=edited_post),
    Case(operation="MoveThread", make=movable_thread, body={"channel_id": "{target_id}"}),
]
