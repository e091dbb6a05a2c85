from django.http import HttpRequest, HttpResponse


def stub(request: HttpRequest, **kwargs: str) -> HttpResponse:
    return HttpResponse()


start = stub
emergency = stub
consent = stub
check = stub
sent = stub
step = stub
