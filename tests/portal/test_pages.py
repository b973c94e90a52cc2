from tests.portal import workers


def test_a_worker_with_everything(root, sign_in):
    person, user = workers.full(root)
    page = sign_in(user).get("/standing")
    assert page.status_code == 200, page.text
    print(page.text, len(page.data))
    assert "2nd of 8" in page.text
